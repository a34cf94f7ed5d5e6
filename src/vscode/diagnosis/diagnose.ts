import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import { httpProxyFor } from '../../network/http-proxy.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { Answer, Evidence, RequestCounts, SignInSecret } from '../../doctor/evidence.ts';
import type { NotedProblem } from '../../doctor/last-problem.ts';
import { toMarkdown } from '../../doctor/markdown.ts';
import { redactKnown } from '../../doctor/redact.ts';
import { reportOf } from '../../doctor/report.ts';
import { secretVariables, signInVariables } from '../../doctor/sign-in-variables.ts';
import { Problem } from '../../problem.ts';
import { parseSecret } from '../../secrets/parse-secret.ts';
import type { Secret } from '../../secret.ts';
import { providerOf } from '../../providers/providers.ts';
import type { BootstrapName } from '../../providers/source.ts';
import type { Credentials } from '../credentials.ts';
import { probeLocalProxy, ownMessage } from './probe-local-proxy.ts';
import { readHttpProxySettings } from '../settings.ts';
import type { ServerCheck } from '../connect/wizard.ts';

const { l10n } = vscode;

export interface DiagnoseHost {
  readonly read: () => Promise<ConfigurationResult>;
  readonly approvals: Approvals;
  readonly credentials: Credentials;
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  readonly connection: () => {
    readonly state: ConnectionState;
    readonly statistics: RequestCounts | undefined;
    readonly lastDenial: string | undefined;
  };
  readonly lastProblem: () => NotedProblem | undefined;
  readonly version: string;
}

/** *Diagnose MLflow Connection*: how it stands and why, as Markdown without any secret. */
export async function diagnose(host: DiagnoseHost): Promise<string> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: l10n.t('Diagnosing the MLflow connection') },
    async () => {
      const evidence = await gather(host);
      const known = await knownSecrets(host, evidence.read);
      return toMarkdown(reportOf(evidence), (text) => redactKnown(text, known));
    },
  );
}

async function gather(host: DiagnoseHost): Promise<Evidence> {
  const read = await host.read();
  const configuration = read.kind === 'ready' ? read.configuration : undefined;
  const missing = configuration && (await host.credentials.missing(configuration));
  const server = await askServer(host, configuration);
  const signedIn = await askSignedIn(host.connection().state);
  const { state, statistics, lastDenial: lastRefusal } = host.connection();
  return {
    now: Date.now(),
    isTrusted: vscode.workspace.isTrusted,
    read,
    state,
    approved: host.approvals.approved,
    server,
    signedIn,
    lastProblem: host.lastProblem(),
    requests: statistics,
    lastDenial: lastRefusal,
    signIn: await signInSecrets(host, read),
    missingCredential: missing && configuration && labelOf(configuration, missing),
    pythonUri: process.env['MLFLOW_TRACKING_URI'],
    httpProxy: configuration && httpProxyFor(configuration.tracking.origin, readHttpProxySettings()),
    about: [
      ['MLflow Secrets Auth', host.version],
      [vscode.env.appName, vscode.version],
      ['Node.js', process.versions.node],
      ['System', `${process.platform} ${process.arch}`],
    ],
  };
}

function labelOf({ source }: ConnectionConfiguration, name: BootstrapName): string | undefined {
  return providerOf(source)
    .credentials.find((one) => one.name === name)
    ?.label();
}

/** A folder's settings must not make this window call anybody, so only an approved server is asked. */
async function askServer(
  { approvals, checkTrackingServer }: DiagnoseHost,
  configuration: ConnectionConfiguration | undefined,
): Promise<Answer> {
  if (configuration === undefined) return notAsked(l10n.t('It was not asked: the settings come first.'));
  if (!vscode.workspace.isTrusted) return notAsked(l10n.t('It was not asked: the folder is not trusted.'));
  if (!approvals.isApproved(destinationOf(configuration))) {
    return notAsked(l10n.t('It was not asked: you have not approved it.'));
  }
  const { origin, basePath } = configuration.tracking;
  const answer = await checkTrackingServer(origin + basePath);
  return answer.kind === 'found'
    ? { kind: 'found', text: answer.name }
    : { kind: 'doubtful', text: answer.message };
}

/** Something that MLflow answers only to who is signed in, through the local proxy, as Python asks it. */
async function askSignedIn({ kind }: ConnectionState): Promise<Answer> {
  const { MLFLOW_TRACKING_URI: uri = '', MLFLOW_TRACKING_TOKEN: token = '' } = process.env;
  if ((kind !== 'connected' && kind !== 'degraded') || !URL.canParse(uri)) {
    return notAsked(l10n.t('It is tried once MLflow is connected.'));
  }
  const { port, pathname } = new URL(uri);
  const path = `${pathname.replace(/\/$/, '')}/api/2.0/mlflow/experiments/search?max_results=1`;
  const { status, text } = await probeLocalProxy(Number(port), path, token);
  if (status === 200) return { kind: 'found', text: l10n.t('The tracking server accepted it just now.') };
  const message = ownMessage(text) ?? l10n.t('The tracking server does not accept it (status {0}).', status);
  return { kind: 'doubtful', text: message };
}

const notAsked = (text: string): Answer => ({ kind: 'notAsked', text });

async function signInSecrets(
  { credentials }: DiagnoseHost,
  read: ConfigurationResult,
): Promise<readonly SignInSecret[]> {
  if (read.choice.kind === 'none') return [];
  const variables = signInVariables(read.choice.provider, process.env);
  if (read.kind !== 'ready') return variables;
  const { configuration } = read;
  const needed = providerOf(configuration.source).neededCredential(configuration.source);
  const label = needed && labelOf(configuration, needed);
  if (needed === undefined || label === undefined) return variables;
  const isSet = (await credentials.bootstrapFor(configuration).get(needed)) !== undefined;
  const ambient = credentials.ambient(needed).map((one) => ({ name: one.place, isSet: one.isSet }));
  const elsewhere = ambient.filter(({ name }) => !variables.some((variable) => variable.name === name));
  return [{ name: l10n.t('{0} typed into VS Code', label), isSet }, ...variables, ...elsewhere];
}

/** Every secret that this window knows of, for the last look over the report. */
async function knownSecrets(host: DiagnoseHost, read: ConfigurationResult): Promise<readonly string[]> {
  const known = secretVariables().map((name) => process.env[name] ?? '');
  if (read.kind !== 'ready') return known;
  const bootstrap = host.credentials.bootstrapFor(read.configuration);
  for (const { name } of providerOf(read.configuration.source).credentials) {
    const secret = await bootstrap.get(name);
    if (secret !== undefined) known.push(secret.reveal(), ...secretPart(secret));
  }
  return known;
}

/** The token or password without what stands around it. */
function secretPart(stored: Secret): readonly string[] {
  try {
    const credential = parseSecret(stored);
    return [(credential.kind === 'token' ? credential.token : credential.password).reveal()];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // What cannot be read has no parts; why is told when it is used.
    return [];
  }
}
