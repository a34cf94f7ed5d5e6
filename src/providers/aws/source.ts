import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { GetSecretValueCommandOutput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import type { FetchedSecret, SecretNames, SecretSource, SourceContext } from '../source.ts';
import { abortable } from '../transport/abortable.ts';
import { openSetting } from '../transport/fault.ts';
import { httpProxyName } from '../transport/http-proxy-name.ts';
import { ChildProcesses } from '../transport/child-processes.ts';
import type { AwsConfiguration } from './configuration.ts';
import { createAwsClients, rereadAwsFiles } from './client.ts';
import type { AwsClients } from './client.ts';
import { checkNamedProfile } from './known-profiles.ts';
import { callerIdentity, listSecrets } from './look.ts';
import { awsProblem } from './problem.ts';
import { explainSdkError } from './sdk-error.ts';
import { awsTarget } from './target.ts';
import type { AwsTarget } from './target.ts';

export { knownProfiles } from './known-profiles.ts';

/** Reads one secret of AWS Secrets Manager. Malformed settings are a `Problem` of the first `fetch`. */
export function createAwsSource(configuration: AwsConfiguration, context: SourceContext): SecretSource {
  return new AwsSource(configuration, context);
}

class AwsSource implements SecretSource {
  readonly #configuration: AwsConfiguration;
  readonly #context: SourceContext;
  /** Reused while it works, for its connections and its signed-in credentials. */
  #clients: AwsClients | undefined;
  readonly #processes = new ChildProcesses();

  constructor(configuration: AwsConfiguration, context: SourceContext) {
    this.#configuration = configuration;
    this.#context = context;
  }

  async fetch(signal: AbortSignal): Promise<FetchedSecret> {
    return this.#processes.within(async () => this.#fetch(signal));
  }

  async names(signal: AbortSignal): Promise<SecretNames> {
    return this.#processes.within(async () => this.#names(signal));
  }

  async #fetch(signal: AbortSignal): Promise<FetchedSecret> {
    const { versionStage, versionId } = this.#configuration;
    const response = await this.#call(signal, async ({ secretsManager }, { secretId }) => {
      const command = new GetSecretValueCommand({
        SecretId: secretId,
        ...(versionStage !== undefined && { VersionStage: versionStage }),
        ...(versionId !== undefined && { VersionId: versionId }),
      });
      return secretsManager.send(command, { abortSignal: signal });
    });
    return { text: textOf(response), version: response.VersionId, expiresAt: undefined };
  }

  async #names(signal: AbortSignal): Promise<SecretNames> {
    try {
      return await this.#call(signal, async (clients) => listSecrets(clients, signal));
    } catch (error) {
      if (error instanceof Problem && error.code === 'aws.accessDenied') return { kind: 'denied' };
      throw error;
    }
  }

  /** Every failure is a `Problem`. */
  async #call<T>(
    signal: AbortSignal,
    call: (clients: AwsClients, target: AwsTarget) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    // Before what the profile would say, such as the region.
    if (this.#clients === undefined) await checkNamedProfile(this.#configuration, this.#context);
    const target = awsTarget(this.#configuration, this.#context.environment);
    if (this.#clients === undefined) await rereadAwsFiles(this.#configuration, this.#context);
    const clients = (this.#clients ??= await createAwsClients(
      this.#configuration,
      this.#context,
      target.region,
    ));
    try {
      return await abortable(call(clients, target), signal);
    } catch (error) {
      signal.throwIfAborted();
      const problem = explainSdkError(error, {
        configuration: this.#configuration,
        target: await this.#completed(target, error, clients, signal),
        environment: this.#context.environment,
        httpProxy: httpProxyName(this.#context),
      });
      // What was signed in with may be what is wrong: the next fetch reads everything again.
      if (problem.retry !== 'automatic') this.#release(clients);
      throw withBundleNamed(problem, clients);
    }
  }

  async close(): Promise<void> {
    if (this.#clients) this.#release(this.#clients);
    // AWS has no call that gives a session back; it expires.
    await this.#processes.close();
  }

  /** The target with what else can be found out for the words of a message. */
  async #completed(
    target: AwsTarget,
    error: unknown,
    clients: AwsClients,
    signal: AbortSignal,
  ): Promise<AwsTarget> {
    return {
      ...target,
      region: target.region ?? (await regionOf(clients.secretsManager)),
      account: target.account ?? (isNotFound(error) ? await accountOf(clients, signal) : undefined),
    };
  }

  #release(clients: AwsClients): void {
    clients.secretsManager.destroy();
    if (this.#clients === clients) this.#clients = undefined;
  }
}

/** As the credentials say, or AWS. */
async function accountOf(clients: AwsClients, signal: AbortSignal): Promise<string | undefined> {
  const asSaid = await clients.secretsManager.config.credentials().catch(() => undefined);
  return asSaid?.accountId ?? (await callerIdentity(clients, signal))?.Account;
}

/** Python's SDK would trust it. */
function withBundleNamed(problem: Problem, { unapprovedBundle }: AwsClients): Problem {
  if (problem.code !== 'aws.tlsUntrusted' || unapprovedBundle === undefined) return problem;
  return awsProblem({
    code: 'tlsUntrusted',
    message: problem.message,
    remedy: l10n.t(
      'The ca_bundle of the AWS profile is not used, because you have not approved it: set AWS_CA_BUNDLE and restart VS Code, or mlflowSecretsAuth.tls.caFile, to {0}.',
      unapprovedBundle,
    ),
    retry: problem.retry,
    action: openSetting('tls.caFile'),
    cause: problem.cause,
  });
}

function textOf({ SecretString: text, SecretBinary: bytes }: GetSecretValueCommandOutput): Secret {
  if (text !== undefined) return new Secret(text);
  if (bytes === undefined) {
    throw awsProblem({
      code: 'emptySecret',
      message: l10n.t('The secret in AWS Secrets Manager has no value.'),
      remedy: l10n.t('Give it a value, or choose another version.'),
      retry: 'afterFix',
    });
  }
  try {
    // The SDK has already decoded base64; the bytes are the value.
    return new Secret(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw awsProblem({
      code: 'binaryNotText',
      message: l10n.t('The secret in AWS Secrets Manager is binary, not UTF-8 text.'),
      remedy: l10n.t('Store the credential as text or as a JSON object.'),
      retry: 'afterFix',
    });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

async function regionOf(client: SecretsManagerClient): Promise<string | undefined> {
  try {
    return await client.config.region();
  } catch {
    // That there is none is a problem of its own.
    return undefined;
  }
}
