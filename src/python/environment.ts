import type { Environment } from '../environment.ts';

/** What Python, and any other client of MLflow, finds in its environment while a connection is open. */

/** How the tracking server is reached locally. Nothing in it is worth anything on another machine. */
export interface PythonEndpoint {
  /** `http://127.0.0.1:PORT`. */
  readonly localOrigin: string;
  /** Path prefix of the tracking server without a trailing slash: `` or `/mlflow`. */
  readonly basePath: string;
  /** `https://mlflow.company.com`; requests for it are sent to `localOrigin`. */
  readonly upstreamOrigin: string;
  /** Local, revocable, and good for this tracking server only; yet never logged. */
  readonly sessionToken: string;
  /** The operating system's user: MLflow writes it into each run's `mlflow.user` tag. */
  readonly userName: string;
  /** Of this machine: an environment that was taken to another one is of no use there, and says so. */
  readonly hostName: string;
  /** Absolute path of the folder in which the interception package is. */
  readonly packageFolder: string;
  /** Whether requests for a tracking server that the code itself names are sent to `localOrigin`, too. */
  readonly intercept: boolean;
}

/**
 * `prepend` adds the elements of `value` in front of what is there. The separator goes between the two only where
 * both exist: an empty element of PYTHONPATH is the current folder.
 */
export type EnvironmentChange =
  | Replacement
  | {
      readonly action: 'prepend';
      readonly name: string;
      readonly value: string;
      readonly separator: ':' | ';' | ',';
    };

interface Replacement {
  readonly action: 'replace';
  readonly name: string;
  readonly value: string;
}

/** The interception package's `get_name()`. */
const authProviderName = 'mlflow-secrets-auth-vscode';

/**
 * The interception package's own variables. Sandboxes of coding agents take out names with KEY, SECRET or TOKEN in them,
 * and Python takes a name that ends with _PROXY for an HTTP proxy.
 */
const interceptionVariables = {
  address: 'MLFLOW_VSCODE_ADDRESS',
  upstream: 'MLFLOW_VSCODE_UPSTREAM',
  session: 'MLFLOW_VSCODE_SESSION',
  host: 'MLFLOW_VSCODE_HOST',
  before: 'MLFLOW_VSCODE_BEFORE',
} as const;

/** The tracking server of another window whose variables these are; `undefined`: they are of none. */
export function inheritedServer(environment: Environment): string | undefined {
  return environment[interceptionVariables.upstream];
}

/** The variable map. `environment` is what new processes start with where there are no such changes. */
export function environmentChanges(
  endpoint: PythonEndpoint,
  { platform, environment }: { readonly platform: NodeJS.Platform; readonly environment: Environment },
): readonly EnvironmentChange[] {
  const credentials = credentialChanges(endpoint);
  return [
    replace('MLFLOW_TRACKING_URI', endpoint.localOrigin + endpoint.basePath),
    ...credentials,
    ...(endpoint.intercept
      ? [
          ...interceptionChanges(endpoint, platform),
          replace(
            interceptionVariables.before,
            valuesOf(credentials, { environment, userName: endpoint.userName }),
          ),
        ]
      : []),
    ...noProxyNames(environment, platform, endpoint.intercept).map((name) =>
      prepend(name, '127.0.0.1,localhost', ','),
    ),
  ];
}

function credentialChanges(endpoint: PythonEndpoint): readonly Replacement[] {
  return [
    // MLflow prefers Basic to Bearer and takes what is missing for Basic from ~/.mlflow/credentials.
    replace('MLFLOW_TRACKING_USERNAME', endpoint.userName),
    replace('MLFLOW_TRACKING_PASSWORD', endpoint.sessionToken),
    replace('MLFLOW_TRACKING_TOKEN', endpoint.sessionToken),
    // Another plugin, or request signing, would overwrite the session token.
    replace('MLFLOW_TRACKING_AUTH', endpoint.intercept ? authProviderName : ''),
    replace('MLFLOW_TRACKING_AWS_SIGV4', 'false'),
  ];
}

/**
 * What the user's environment has for the same names: the package uses it for other servers. The name that we give is
 * with it, as code that sets a password of its own means the user of before. In an encoding that passes
 * every shell, as no other program reads it. An editor that was started from a connected terminal has it already.
 */
function valuesOf(
  changes: readonly Replacement[],
  { environment, userName }: { readonly environment: Environment; readonly userName: string },
): string {
  const { [interceptionVariables.session]: session, [interceptionVariables.before]: before } = environment;
  if (session !== undefined && before !== undefined) return before;
  const values = changes.flatMap(({ name }) =>
    environment[name] === undefined ? [] : [[name, environment[name]] as const],
  );
  return encodedValues({ ...Object.fromEntries(values), userName });
}

function encodedValues(values: Environment): string {
  return Buffer.from(JSON.stringify(values)).toString('base64');
}

/** The same without a token or password of the user's own, for where others may read them. */
export function withoutOwnValues(changes: readonly EnvironmentChange[]): readonly EnvironmentChange[] {
  const { before } = interceptionVariables;
  return changes.map((change) => (change.name === before ? replace(before, encodedValues({})) : change));
}

function interceptionChanges(
  endpoint: PythonEndpoint,
  platform: NodeJS.Platform,
): readonly EnvironmentChange[] {
  return [
    replace(interceptionVariables.address, endpoint.localOrigin),
    replace(interceptionVariables.upstream, endpoint.upstreamOrigin + endpoint.basePath),
    replace(interceptionVariables.session, endpoint.sessionToken),
    replace(interceptionVariables.host, endpoint.hostName),
    prepend('PYTHONPATH', endpoint.packageFolder, platform === 'win32' ? ';' : ':'),
  ];
}

/**
 * Lower case hides upper case from most programs, so a spelling that is not there is not added beside one that is.
 * On Windows and macOS, Python ignores the system's HTTP proxy as soon as any such variable exists, so none is made while
 * the interception package keeps requests for the local proxy off it. Without the package, the session token and the data
 * would go to that proxy.
 */
function noProxyNames(
  environment: Environment,
  platform: NodeJS.Platform,
  intercept: boolean,
): readonly string[] {
  const set = Object.keys(environment).filter((name) => environment[name]);
  const present = set.filter((name) => name.toLowerCase() === 'no_proxy');
  if (present.length > 0) return present;
  const hasSystemProxy = platform === 'win32' || platform === 'darwin';
  return hasSystemProxy && intercept && !set.some((name) => /^(https?|all)_proxy$/i.test(name))
    ? []
    : ['NO_PROXY'];
}

function replace(name: string, value: string): Replacement {
  return { action: 'replace', name, value };
}

function prepend(name: string, value: string, separator: ':' | ';' | ','): EnvironmentChange {
  return { action: 'prepend', name, value, separator };
}
