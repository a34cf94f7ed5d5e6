import type { ConnectionConfiguration, TrackingServer } from '../configuration/configuration.ts';
import type { Destination } from '../configuration/destination.ts';
import { addedFiles, clientCertificateFiles } from '../configuration/certificate-files.ts';
import { upstreamId } from '../connection/client-token.ts';
import { rejectedRemedy } from '../connection/rejected-remedy.ts';
import { directBecause, httpProxyRoute } from '../network/http-proxy.ts';
import type { AddedFiles, ServerTrust } from '../network/server-trust.ts';
import { serverVerification } from '../network/server-verification.ts';
import { SystemCertificates } from '../network/system-certificates.ts';
import type { SystemCertificatesOptions } from '../network/system-certificates.ts';
import type * as Reading from '../connection/on-connect.ts';
import type { Upstream } from '../proxy/messages.ts';
import type { SourceContext } from '../providers/source.ts';
import type { SettingValues } from '../settings/setting-values.ts';
import { readHttpProxySettings } from './settings.ts';
import { startEnvironment } from './start-environment.ts';

/** What of a configuration says how its tracking server is reached. */
export type ServerWay = Pick<
  ConnectionConfiguration,
  'tracking' | 'caFile' | 'nodeCaFile' | 'verification' | 'clientCertificate'
> &
  Partial<Pick<ConnectionConfiguration, 'source'>>;

type SourceCertificates = Pick<SourceContext, 'extraCertificates' | 'userCertificates'>;

const noTls: ServerTrust = { kind: 'roots', added: [], isComplete: true };

/** A fetch of the secret, and a check of an address, wait no longer for the certificates of the system. */
const maxWaitMs = 20_000;

const reading = async (): Promise<typeof Reading> => import('../connection/on-connect.ts');

/** How servers are reached, by the worker threads above all: the editor's network patches do not work there. */
export class Network {
  readonly #system: SystemCertificates;

  /** `changed`: connecting would be done in another way than before. */
  constructor(system: Omit<SystemCertificatesOptions, 'maxWaitMs'>, changed: () => void) {
    this.#system = new SystemCertificates(system, changed);
  }

  /** The HTTP proxy on the way to a tracking server, and the certificates that this machine and the user trust. */
  async upstreamFor({ tracking, caFile, nodeCaFile, ...way }: ServerWay): Promise<Upstream> {
    const { origin, basePath } = tracking;
    const { verification, clientCertificate: files } = way;
    const { serverTrust, readClientCertificate } = await reading();
    const system = this.#system.known;
    const route = httpProxyRoute(origin, readHttpProxySettings());
    const isTls = origin.startsWith('https:');
    return {
      id: upstreamId(tracking),
      origin,
      basePath,
      httpProxy: route.proxy,
      directBecause: directBecause(route),
      rejectedRemedy: way.source && rejectedRemedy({ source: way.source }),
      trust: isTls ? await serverTrust(verification, { caFile, nodeCaFile, system }) : noTls,
      clientCertificate: isTls && files !== undefined ? await readClientCertificate(files) : undefined,
    };
  }

  /** For a single look at a server that may not be approved yet: with all certificates, if they come in time. */
  async settledUpstreamFor(
    tracking: TrackingServer,
    values: SettingValues,
    approved: Destination | undefined,
  ): Promise<Upstream> {
    const verification = serverVerification(process.env);
    const isSlow = tracking.origin.startsWith('https:') && verification.kind === 'roots';
    if (isSlow) await this.#system.within(maxWaitMs);
    const files = clientCertificateFiles(values);
    // It says who the user is, so nobody else gets to see it.
    const isFor =
      approved?.trackingOrigin === tracking.origin && approved['clientCertificate'] === files?.certFile;
    const clientCertificate = isFor ? files : undefined;
    return this.upstreamFor({
      tracking,
      verification,
      clientCertificate,
      ...addedFiles(values, startEnvironment),
    });
  }

  /** What secret sources trust beside Node's own: nothing where the user has no certificates, as the editor's own trust serves. */
  async sourceCertificates(files: AddedFiles): Promise<SourceCertificates> {
    const { extraCertificates, userCertificates } = await reading();
    const own = await extraCertificates(files);
    const all = own.length === 0 ? [] : [...(await this.#system.within(maxWaitMs)), ...own];
    return { extraCertificates: all, userCertificates: await userCertificates(files.caFile) };
  }

  /** The same for a process that the editor's own trust does not reach. */
  async certificatesAlone(files: AddedFiles): Promise<SourceCertificates> {
    const { extraCertificates, userCertificates } = await reading();
    const system = await this.#system.within(maxWaitMs);
    const extra = [...system, ...(await extraCertificates(files))];
    return { extraCertificates: extra, userCertificates: await userCertificates(files.caFile) };
  }
}
