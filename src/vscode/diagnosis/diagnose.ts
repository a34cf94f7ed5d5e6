import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import { describeVerification } from '../../network/server-verification.ts';
import { describeRoute, httpProxyRoute } from '../../network/http-proxy.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type {
  Evidence,
  KeptSecret,
  ProbeResult,
  RequestCounts,
  SignInSecret,
} from '../../doctor/evidence.ts';
import type { NotedProblem } from '../../doctor/last-problem.ts';
import { toMarkdown } from '../../doctor/markdown.ts';
import { redactKnown } from '../../doctor/redact.ts';
import { reportOf } from '../../doctor/report.ts';
import { secretVariables, signInVariables } from '../../doctor/sign-in-variables.ts';
import type { Credentials } from '../credentials.ts';
import type { ServerCheck } from './check-tracking-server.ts';
import { readHttpProxySettings } from '../settings.ts';
import { withQuietProgress } from '../sinks/messages.ts';

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
  /** Asks the tracking server again whether it accepts the credential; the state says what it said. */
  readonly askServer: () => Promise<void>;
  readonly lastProblem: () => NotedProblem | undefined;
  readonly version: string;
  /** What secret storage holds, without values. */
  readonly kept: () => Promise<readonly KeptSecret[]>;
}

/** *Diagnose MLflow Connection*: the state of the connection and its causes, as Markdown without any secret. */
export async function diagnose(host: DiagnoseHost): Promise<string> {
  return withQuietProgress(l10n.t('Diagnosing the MLflow connection'), async () => {
    const evidence = await gather(host);
    const known = await knownSecrets(host, evidence.read);
    return toMarkdown(reportOf(evidence), (text) => redactKnown(text, known));
  });
}

async function gather(host: DiagnoseHost): Promise<Evidence> {
  const read = await host.read();
  const configuration = read.kind === 'ready' ? read.configuration : undefined;
  const missing = configuration && (await host.credentials.missing(configuration));
  const server = await probeServer(host, configuration);
  await host.askServer();
  const { state, statistics, lastDenial } = host.connection();
  return {
    now: Date.now(),
    isTrusted: vscode.workspace.isTrusted,
    read,
    state,
    approved: host.approvals.approved,
    server,
    lastProblem: host.lastProblem(),
    requests: statistics,
    lastDenial,
    signIn: await signInSecrets(host, read),
    kept: await host.kept(),
    missingCredential: missing?.label(),
    pythonUri: process.env['MLFLOW_TRACKING_URI'],
    certificateCheck: configuration && describeVerification(configuration.verification),
    httpProxy:
      configuration && describeRoute(httpProxyRoute(configuration.tracking.origin, readHttpProxySettings())),
    versions: [
      ['MLflow Secrets Auth', host.version],
      [vscode.env.appName, vscode.version],
      ['Node.js', process.versions.node],
      [l10n.t('System'), `${process.platform} ${process.arch}`],
    ],
  };
}

/** A folder's settings must not make this window call anybody, so only an approved server is called. */
async function probeServer(
  { approvals, checkTrackingServer }: DiagnoseHost,
  configuration: ConnectionConfiguration | undefined,
): Promise<ProbeResult> {
  if (configuration === undefined) return notChecked(l10n.t('Not checked: complete the settings first.'));
  if (!vscode.workspace.isTrusted) return notChecked(l10n.t('Not checked: this folder is not trusted.'));
  if (!approvals.isApproved(destinationOf(configuration))) {
    return notChecked(l10n.t('Not checked: you have not approved this server.'));
  }
  const { origin, basePath } = configuration.tracking;
  const { kind, message } = await checkTrackingServer(origin + basePath);
  return { kind: kind === 'found' ? 'ok' : 'failed', text: message };
}

const notChecked = (text: string): ProbeResult => ({ kind: 'notChecked', text });

async function signInSecrets(
  { credentials }: DiagnoseHost,
  read: ConfigurationResult,
): Promise<readonly SignInSecret[]> {
  if (read.choice.kind === 'none') return [];
  const variables = signInVariables(read.choice.provider, process.env);
  if (read.kind !== 'ready') return variables;
  const needed = credentials.needed(read.configuration);
  if (needed === undefined) return variables;
  const isSet = await credentials.isEntered(read.configuration, needed.name);
  const ambient = credentials.ambient(needed.name).map((one) => ({ name: one.place, isSet: one.isSet }));
  const elsewhere = ambient.filter(({ name }) => !variables.some((variable) => variable.name === name));
  const name =
    isSet === undefined
      ? l10n.t("{0}, entered in VS Code (VS Code's secret storage did not respond)", needed.label())
      : l10n.t('{0}, entered in VS Code', needed.label());
  return [{ name, isSet: isSet === true }, ...variables, ...elsewhere];
}

/** Every secret that this window knows of, to be hidden wherever it stands in the report. */
async function knownSecrets(
  { credentials }: DiagnoseHost,
  read: ConfigurationResult,
): Promise<readonly string[]> {
  const known = secretVariables().map((name) => process.env[name] ?? '');
  return read.kind === 'ready' ? [...known, ...(await credentials.reveal(read.configuration))] : known;
}
