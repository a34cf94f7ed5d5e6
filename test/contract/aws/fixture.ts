import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { readPluginEnvironment } from '../../../src/configuration/plugin-environment.ts';
import { aws as awsProvider } from '../../../src/providers/aws/provider.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import { endpointsOf } from '../../../src/providers/aws/endpoints.ts';
import type { AwsConfiguration } from '../../../src/providers/aws/configuration.ts';
import { Problem } from '../../../src/problem.ts';
import { createAwsSource } from '../../../src/providers/aws/source.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import type { FetchedSecret, SourceContext } from '../../../src/providers/source.ts';
import { lateBound } from '../../support/late-bound.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { Gateway } from './gateway.ts';
import type { Call } from './gateway.ts';
import { startMoto } from '../../support/servers/moto.ts';
import type { MotoServer } from '../../support/servers/moto.ts';
import { adminKey, homeRegion, resetMoto } from '../../support/servers/moto-account.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

/** A real moto behind a gateway, and an empty home folder with an AWS environment of its own, for one test. */
class AwsFixture {
  readonly moto: MotoServer;
  readonly gateway: Gateway;
  readonly home: string;
  // The SDK reads `process.env` itself, as it does in the extension host.
  readonly #environment = new ScopedEnvironment(/^AWS_/);

  private constructor(moto: MotoServer, gateway: Gateway, home: string) {
    this.moto = moto;
    this.gateway = gateway;
    this.home = home;
    this.setEnvironment({ HOME: home, USERPROFILE: home, AWS_EC2_METADATA_DISABLED: 'true' });
  }

  static async create(moto: MotoServer): Promise<AwsFixture> {
    await resetMoto(moto);
    const gateway = await Gateway.start(moto);
    return new AwsFixture(moto, gateway, await mkdtemp(join(tmpdir(), 'aws-home-')));
  }

  /** `undefined` unsets a variable. */
  setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
    this.#environment.set(variables);
  }

  /** Credentials that moto takes, in the environment. */
  signInByEnvironment(): void {
    this.setEnvironment({
      AWS_ACCESS_KEY_ID: adminKey.accessKeyId,
      AWS_SECRET_ACCESS_KEY: adminKey.secretAccessKey,
      AWS_REGION: homeRegion,
    });
  }

  /** Writes below the home folder and gives the path. */
  async write(path: string, text: string): Promise<string> {
    const file = join(this.home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  configuration(changes: Partial<AwsConfiguration> = {}): AwsConfiguration {
    return awsConfiguration({ ...endpointsOf(process.env), endpoint: this.gateway.url, ...changes });
  }

  async fetch(
    changes: Partial<AwsConfiguration> = {},
    signal: AbortSignal = fetchDeadline(),
    context: Partial<SourceContext> = {},
  ): Promise<FetchedSecret> {
    const source = createAwsSource(this.configuration(changes), contextFor(context));
    try {
      return await source.fetch(signal);
    } finally {
      await source.close({ revoke: false });
    }
  }

  /** Reads the secret, which is `canary-value`, and gives the access key that it was asked for with. */
  async keyUsed(changes: Partial<AwsConfiguration> = {}): Promise<string | undefined> {
    assert.equal((await this.fetch(changes)).text.reveal(), 'canary-value');
    return this.callOf('GetSecretValue')?.accessKeyId;
  }

  /** The last of such an action. */
  callOf(action: string): Call | undefined {
    return this.gateway.calls.findLast((call) => call.action === action);
  }

  async problem(changes: Partial<AwsConfiguration> = {}): Promise<Problem> {
    return problemOf(this.fetch(changes));
  }

  async dispose(): Promise<void> {
    this.#environment.restore();
    await this.gateway.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Called in a `describe`: a moto for its tests, which is empty again for each, and what they need around it. */
export function awsFixture(): AwsFixture {
  let moto: MotoServer | undefined;
  let fixture: AwsFixture | undefined;
  before(async function () {
    this.timeout(150_000);
    moto = await startMoto({ folder: await runFolder('moto') });
  });
  beforeEach(async () => {
    fixture = moto && (await AwsFixture.create(moto));
  });
  afterEach(async () => {
    await fixture?.dispose();
    fixture = undefined;
  });
  after(async () => {
    await moto?.stop();
    moto = undefined;
  });
  return lateBound('fixture for AWS', () => fixture);
}

/** Signs in with what the SDK finds. */
export function awsConfiguration(changes: Partial<AwsConfiguration>): AwsConfiguration {
  return {
    provider: 'aws',
    secretId: 'mlflow/auth',
    region: undefined,
    profile: undefined,
    versionStage: undefined,
    versionId: undefined,
    roleArn: undefined,
    externalId: undefined,
    roleSessionName: undefined,
    roleDurationSeconds: undefined,
    endpoint: undefined,
    environmentEndpoint: undefined,
    environmentStsEndpoint: undefined,
    environmentSsoEndpoint: undefined,
    environmentSsoOidcEndpoint: undefined,
    environmentSigninEndpoint: undefined,
    profileIsFromVariable: false,
    storeCertificates: undefined,
    variables: {},
    ...changes,
  };
}

/** What a source may use; AWS needs neither sign-in secrets nor the editor. */
export function contextFor(changes: Partial<SourceContext> = {}): SourceContext {
  const unused = async (): Promise<never> => Promise.reject(new Error('not used by AWS'));
  return {
    bootstrap: { get: unused, set: unused, delete: unused },
    environment: process.env,
    homeFolder: process.env['HOME'] ?? '',
    clock: systemClock,
    random: () => 0.5,
    extraCertificates: [],
    log: () => undefined,
    openExternal: unused,
    microsoftToken: unused,
    ...changes,
  };
}

/** The problem that the work ends in, after a look that nothing secret is in it. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const outcome: unknown = await work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Problem, `not a problem: ${inspect(outcome)}`);
  assert.doesNotMatch(inspect(outcome, { depth: 20, showHidden: true }), /canary/);
  return outcome;
}

/** As the variables of this process say, for a secret that a setting names. */
export function configurationInEnvironment(): AwsConfiguration {
  const secret = { 'aws.secretId': { value: 'mlflow/auth', origin: { kind: 'user' as const } } };
  const values = readValues([secret, readPluginEnvironment(process.env).values]);
  const configured = awsProvider.configure(values, process.env);
  assert.ok(configured.kind === 'ok');
  return configured.source;
}

/** `reads` the secret, which is `canary-value`, or the code of the problem. */
export async function outcomeIn(
  configuration: AwsConfiguration,
): Promise<{ readonly outcome: string; readonly remedy: string }> {
  const source = createAwsSource(configuration, contextFor());
  try {
    assert.equal((await source.fetch(fetchDeadline())).text.reveal(), 'canary-value');
    return { outcome: 'reads', remedy: '' };
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return { outcome: error.code, remedy: error.remedy };
  } finally {
    await source.close({ revoke: false });
  }
}
