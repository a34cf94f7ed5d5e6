import * as l10n from '@vscode/l10n';
import type { TrackingServer } from '../configuration/configuration.ts';
import { upstreamId } from '../connection/client-token.ts';
import { readCertificates, systemCertificates } from '../network/certificates.ts';
import { httpProxyRoute } from '../network/http-proxy.ts';
import { Problem } from '../problem.ts';
import type { Upstream } from '../proxy/messages.ts';
import { readHttpProxySettings } from './settings.ts';

/**
 * How a worker thread reaches the tracking server. The editor's network patches do not work there, so this names the
 * HTTP proxy and the certificates that this machine and the user trust.
 */
export async function upstreamFor(tracking: TrackingServer, caFile: string | undefined): Promise<Upstream> {
  const { origin, basePath } = tracking;
  const { proxy } = httpProxyRoute(origin, readHttpProxySettings());
  return {
    id: upstreamId(tracking),
    origin,
    basePath,
    httpProxy: proxy,
    extraCertificates: origin.startsWith('https:')
      ? [...systemCertificates(), ...(await extraCertificates(caFile))]
      : [],
  };
}

/** Certificates of `NODE_EXTRA_CA_CERTS` and of the user's own file, as PEM texts. */
export async function extraCertificates(caFile: string | undefined): Promise<readonly string[]> {
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
    throw caFileProblem(l10n.t('mlflowSecretsAuth.tls.caFile: {0} could not be read.', caFile), error);
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
