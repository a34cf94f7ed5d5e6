import * as l10n from '@vscode/l10n';
import type { TrackingServer } from '../configuration/configuration.ts';
import { upstreamId } from '../connection/client-token.ts';
import { readCertificates } from '../network/certificates.ts';
import { httpProxyRoute } from '../network/http-proxy.ts';
import { SystemCertificates } from '../network/system-certificates.ts';
import type { SystemCertificatesOptions } from '../network/system-certificates.ts';
import { Problem } from '../problem.ts';
import type { ServerTrust, Upstream } from '../proxy/messages.ts';
import { UnreadFile } from '../read-small-file.ts';
import { readHttpProxySettings } from './settings.ts';

/** A fetch of the secret, and a check of an address, wait no longer for the certificates of the system. */
const maxWaitMs = 20_000;

/** How servers are reached, by the worker threads above all: the editor's network patches do not work there. */
export class Network {
  readonly #system: SystemCertificates;

  /** `changed`: connecting would be done in another way than before. */
  constructor(system: Omit<SystemCertificatesOptions, 'maxWaitMs'>, changed: () => void) {
    this.#system = new SystemCertificates(system, changed);
  }

  /** The HTTP proxy on the way to a tracking server, and the certificates that this machine and the user trust. */
  async upstreamFor(tracking: TrackingServer, caFile: string | undefined): Promise<Upstream> {
    const { origin, basePath } = tracking;
    const { proxy } = httpProxyRoute(origin, readHttpProxySettings());
    const isTls = origin.startsWith('https:');
    return {
      id: upstreamId(tracking),
      origin,
      basePath,
      httpProxy: proxy,
      trust: isTls ? await this.#trust(caFile) : { added: [], isComplete: true },
    };
  }

  /** For a single look at a server: with all certificates, if they come in time. */
  async settledUpstreamFor(tracking: TrackingServer, caFile: string | undefined): Promise<Upstream> {
    if (tracking.origin.startsWith('https:')) await this.#system.within(maxWaitMs);
    return this.upstreamFor(tracking, caFile);
  }

  /** What secret sources trust beside Node's own: nothing where the user has no certificates, as the editor's own trust serves. */
  async sourceCertificates(caFile: string | undefined): Promise<readonly string[]> {
    const own = await extraCertificates(caFile);
    return own.length === 0 ? [] : [...(await this.#system.within(maxWaitMs)), ...own];
  }

  async #trust(caFile: string | undefined): Promise<ServerTrust> {
    const { known } = this.#system;
    const own = await extraCertificates(caFile);
    return { added: [...(known ?? []), ...own], isComplete: known !== undefined };
  }
}

/** Certificates of `NODE_EXTRA_CA_CERTS` and of the user's own file, as PEM texts. */
async function extraCertificates(caFile: string | undefined): Promise<readonly string[]> {
  const pems: string[] = [];
  const fromEnvironment = process.env['NODE_EXTRA_CA_CERTS'];
  if (fromEnvironment) pems.push(...(await readCertificates(fromEnvironment).catch(() => [])));
  if (caFile !== undefined) pems.push(...(await ownCertificates(caFile)));
  return pems;
}

async function ownCertificates(caFile: string): Promise<readonly string[]> {
  let pems: readonly string[];
  try {
    pems = await readCertificates(caFile);
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    const message = l10n.t(
      'mlflowSecretsAuth.tls.caFile: {0} could not be read ({1}).',
      caFile,
      error.message,
    );
    throw caFileProblem(message, error);
  }
  if (pems.length === 0) {
    throw caFileProblem(l10n.t('mlflowSecretsAuth.tls.caFile: {0} contains no PEM certificate.', caFile));
  }
  return pems;
}

function caFileProblem(message: string, cause?: unknown): Problem {
  return new Problem({
    code: 'settings.caFile',
    message,
    remedy: l10n.t(
      'Set mlflowSecretsAuth.tls.caFile to a PEM file on the machine where the extension runs, or clear it.',
    ),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'tls.caFile' },
    cause,
  });
}
