import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { numberField, textField } from '../transport/fields.ts';
import { awsProblem } from './problem.ts';
import { openSetting } from '../transport/fault.ts';
import { isReadOnTheWay, otherHttpProxy } from '../transport/plain-http.ts';
import type { HttpProxyWay } from '../transport/plain-http.ts';

/** Parents of the host names of AWS's own services, in all its partitions. */
const awsDomains = [
  ...['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'api.aws', 'api.amazonwebservices.com.cn'],
  ...['c2s.ic.gov', 'csp.hci.ic.gov', 'sc2s.sgov.gov', 'cloud.adc-e.uk'],
];

/** `secretsmanager.s3` would be somebody's bucket. */
const region = String.raw`[a-z]+(?:-[a-z]+)+-\d+`;
/** As the rules of the SDK name them; with `vpce`, of an endpoint within a network of AWS (AWS PrivateLink). */
const ownNames = {
  secretsManager: String.raw`(?:vpce-[\w-]+\.)?secretsmanager(?:-fips)?\.${region}(?:\.vpce)?`,
  sts: String.raw`(?:vpce-[\w-]+\.)?sts(?:-fips)?(?:\.${region})?(?:\.vpce)?`,
  /** What the SDK calls by itself where a profile says so: single sign-on, and `aws login`. */
  signIn: String.raw`(?:portal\.sso|oidc|signin)(?:-fips)?\.${region}`,
} as const;
type Service = keyof typeof ownNames;

/** Hosts of `aws login`, which has names of its own. */
const loginHost =
  /^[a-z0-9-]+\.(?:oauth\.)?signin(?:-fips)?\.(?:aws|aws\.amazon\.com|amazonaws\.cn|amazonaws-(?:us-gov\.com|eusc\.eu)|(?:c2s|csp|sc2s)home\.(?:ic\.gov|adc-e\.uk|hci\.ic\.gov|sgov\.gov))$/;

/** Where a request has its host, and neither signature nor credentials yet. */
export const beforeSigning = { step: 'build', name: 'approvedHostOnly', override: true } as const;

interface Call {
  readonly request: unknown;
}

/**
 * Middleware of a client that throws for a request that does not go to the approved endpoint or, where none was approved,
 * to AWS's own host of that service, since anybody can have others below AWS's domains. The SDK also takes endpoints from the
 * user's files, which nobody was asked about.
 */
export function approvedOnly(
  service: Exclude<Service, 'signIn'>,
  endpoint: string | undefined,
  way: HttpProxyWay = {},
): <C extends Call, R>(next: (call: C) => Promise<R>) => (call: C) => Promise<R> {
  return (next) => async (call) => {
    const origin = originOf(call.request);
    const isApproved = endpoint === undefined ? isOwnHost(service, origin) : isAt(endpoint, origin);
    if (!isApproved) throw notApproved(origin);
    checkWay(origin, way);
    return next(call);
  };
}

/** Throws unless a request that signs in may go there: to AWS, or to one of the endpoints that were approved. */
export function checkSignIn(
  request: unknown,
  approved: readonly (string | undefined)[],
  way: HttpProxyWay = {},
): void {
  const origin = originOf(request);
  const isApproved = approved.some((endpoint) => endpoint !== undefined && isAt(endpoint, origin));
  if (!isApproved && !isOwnHost('signIn', origin) && !isOwnHost('sts', origin))
    throw signInNotApproved(origin);
  checkWay(origin, way);
}

/** An approved endpoint without TLS gives the secret, or a session, to whoever reads along. */
export function checkWay(origin: URL | undefined, way: HttpProxyWay): void {
  if (isReadOnTheWay(origin?.protocol, way))
    throw awsProblem({ code: 'httpProxy', ...otherHttpProxy(origin?.origin ?? '?') });
}

/** What cannot be read is no URL, and nobody's. */
function originOf(request: unknown): URL | undefined {
  const [protocol, hostname] = ['protocol', 'hostname'].map((name) => textField(request, name) ?? '');
  const port = numberField(request, 'port');
  return URL.parse(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`) ?? undefined;
}

function isAt(endpoint: string, origin: URL | undefined): boolean {
  return origin !== undefined && URL.parse(endpoint)?.origin === origin.origin;
}

function isOwnHost(service: Service, origin: URL | undefined): boolean {
  if (origin?.protocol !== 'https:') return false;
  const { hostname } = origin;
  if (service === 'signIn' && loginHost.test(hostname)) return true;
  const domain = awsDomains.find((one) => hostname.endsWith(`.${one}`));
  return (
    domain !== undefined && new RegExp(`^${ownNames[service]}$`).test(hostname.slice(0, -domain.length - 1))
  );
}

function notApproved(origin: URL | undefined): Problem {
  return elsewhere(origin, {
    remedy: l10n.t(
      'Set mlflowSecretsAuth.aws.endpoint to that endpoint, or remove endpoint_url from the AWS profile.',
    ),
    action: openSetting('aws.endpoint'),
  });
}

/** The setting is of the secret's service alone. */
function signInNotApproved(origin: URL | undefined): Problem {
  return elsewhere(origin, {
    remedy: l10n.t(
      'Remove the endpoint from the AWS profile, or set the variable of that service, such as AWS_ENDPOINT_URL_SSO, to it.',
    ),
  });
}

/** In place of the machine itself. */
export function machineNotApproved(origin: URL | undefined): Problem {
  return elsewhere(origin, {
    remedy: l10n.t(
      'Remove {0} from the AWS profile, or set {1} to it and restart VS Code.',
      'ec2_metadata_service_endpoint',
      'AWS_EC2_METADATA_SERVICE_ENDPOINT',
    ),
  });
}

/** `name`: of the variable that leads there. */
export function identityNotApproved(origin: URL | undefined, name: string): Problem {
  return elsewhere(origin, {
    remedy: l10n.t('Remove {0} from your environment and restart VS Code.', name),
  });
}

function elsewhere(
  origin: URL | undefined,
  mend: Pick<Parameters<typeof awsProblem>[0], 'remedy' | 'action'>,
): Problem {
  return awsProblem({
    code: 'endpointNotApproved',
    message: l10n.t(
      'The AWS configuration sends requests to {0}, which you have not approved.',
      origin?.origin ?? '?',
    ),
    ...mend,
    retry: 'afterFix',
  });
}
