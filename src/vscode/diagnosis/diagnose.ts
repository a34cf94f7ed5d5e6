import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Approvals } from '../../connection/approvals.ts';
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
import { mainProblem } from '../../doctor/main-problem.ts';
import { toMarkdown } from '../../doctor/markdown.ts';
import { redactKnown } from '../../doctor/redact.ts';
import { reportOf } from '../../doctor/report.ts';
import { secretVariables, signInVariables } from '../../doctor/sign-in-variables.ts';
import type { Credentials } from '../credentials.ts';
import type { ServerCheck } from './check-tracking-server.ts';
import { readHttpProxySettings } from '../settings.ts';
import { withQuietProgress } from '../sinks/messages.ts';
import { offerToMend } from './offer-to-mend.ts';

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
  readonly askWhetherAccepted: () => Promise<void>;
  readonly lastProblem: () => NotedProblem | undefined;
  readonly version: string;
  /** What secret storage holds, without values. */
  readonly kept: () => Promise<readonly KeptSecret[]>;
}

/** Where a diagnosis is seen, as Markdown. */
export interface DiagnosisScreen {
  readonly show: (markdown: string) => Promise<void>;
  readonly update: (markdown: string) => void;
  /** What it says later, until it shows another one. */
  readonly outdate: (outdated: Outdated) => void;
}

export interface Outdated {
  /** Whether what it says is true in this state. */
  readonly holds: (state: ConnectionState) => boolean;
  readonly instead: () => string;
}

/**
 * *MLflow: Diagnose*: the state of the connection and its causes, as Markdown without any secret. What this
 * window knows is shown at once, the rest as the tracking server responds. The secret store is not asked, unless the
 * server rejects the credential: then the local proxy asks for a newer one, as for any request.
 */
export async function diagnose(host: DiagnoseHost, screen: DiagnosisScreen): Promise<void> {
  const { evidence, report } = await withQuietProgress(
    l10n.t('Diagnosing the MLflow connection'),
    async () => {
      const local = await gather(host);
      const known = await knownSecrets(host, local.read);
      const markdown = (all: Evidence): string =>
        toMarkdown(reportOf(all), (text) => redactKnown(text, known));
      await screen.show(markdown(local));
      const probed = { ...local, server: await probeServer(host, local.read) };
      screen.update(markdown(probed));
      await host.askWhetherAccepted();
      const asked = { ...probed, ...fromConnection(host), isServerAsked: true };
      const report = markdown(asked);
      screen.update(report);
      screen.outdate({
        holds: whileSame(asked.state),
        instead: () => markdown({ ...asked, hasChanged: true }),
      });
      return { evidence: asked, report };
    },
  );
  // A notification: the report is a document, in which nothing can be pressed.
  void offerToMend(evidence, report, () => host.connection().state);
}

/** As long as the connection stays as it is now; also while it is tried again, which may change nothing. */
function whileSame(before: ConnectionState): Outdated['holds'] {
  const name = nameOf(before);
  return (state) => state.kind === 'connecting' || nameOf(state) === name;
}

function nameOf(state: ConnectionState): string {
  return `${state.kind} ${mainProblem(state)?.code ?? ''}`;
}

/**
 * The same as one text. Only with `askServer` does the tracking server say what it thinks of the credential now, and may the
 * secret store be asked; without, the state has what it said last.
 */
export async function diagnosisText(
  host: DiagnoseHost,
  { askServer }: { readonly askServer: boolean },
): Promise<string> {
  const local = await gather(host);
  const known = await knownSecrets(host, local.read);
  const server = await probeServer(host, local.read);
  if (askServer) await host.askWhetherAccepted();
  const evidence = { ...local, server, ...fromConnection(host), isServerAsked: true };
  return toMarkdown(reportOf(evidence), (text) => redactKnown(text, known));
}

function fromConnection({
  connection,
  lastProblem,
}: DiagnoseHost): Pick<Evidence, 'now' | 'state' | 'requests' | 'lastDenial' | 'lastProblem'> {
  const { state, statistics, lastDenial } = connection();
  return { now: Date.now(), state, requests: statistics, lastDenial, lastProblem: lastProblem() };
}

async function gather(host: DiagnoseHost): Promise<Evidence> {
  const read = await host.read();
  const configuration = read.kind === 'ready' ? read.configuration : undefined;
  const missing = configuration && (await host.credentials.missing(configuration));
  return {
    ...fromConnection(host),
    hasChanged: false,
    isTrusted: vscode.workspace.isTrusted,
    read,
    approved: host.approvals.approved,
    server: { kind: 'running' },
    isServerAsked: false,
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
  read: ConfigurationResult,
): Promise<ProbeResult> {
  if (read.kind !== 'ready') return notChecked(l10n.t('Not checked: complete the settings first.'));
  if (!vscode.workspace.isTrusted) return notChecked(l10n.t('Not checked: this folder is not trusted.'));
  if (!approvals.isApproved(destinationOf(read.configuration))) {
    return notChecked(l10n.t('Not checked: you have not approved this server.'));
  }
  const { origin, basePath } = read.configuration.tracking;
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
  const found = await credentials.ambient(needed.name);
  const ambient = found.map((one) => ({ name: one.place, isSet: one.isSet }));
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
