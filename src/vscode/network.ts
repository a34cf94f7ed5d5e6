import type { TrackingServer } from '../configuration/configuration.ts';
import { readCertificates, systemCertificates } from '../network/certificates.ts';
import { httpProxyFor } from '../network/http-proxy.ts';
import { Problem } from '../problem.ts';
import type { Upstream } from '../proxy/messages.ts';
import { readHttpProxySettings } from './settings.ts';

/**
 * What a worker thread must be told, because the editor's network patches do not reach it: the HTTP proxy and
 * the certificates that this machine and the user trust.
 */
export async function upstreamFor(tracking: TrackingServer, caFile: string | undefined): Promise<Upstream> {
  const { origin } = tracking;
  return {
    origin,
    httpProxy: httpProxyFor(origin, readHttpProxySettings()),
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
    throw caFileProblem(`${caFile} could not be read`, error);
  }
  if (pems.length === 0) throw caFileProblem(`${caFile} holds no PEM certificate`, undefined);
  return pems;
}

function caFileProblem(what: string, cause: unknown): Problem {
  return new Problem({
    code: 'settings.caFile',
    message: `The file of mlflowSecretsAuth.tls.caFile cannot be used: ${what}.`,
    remedy: 'Set it to a PEM file on the machine where the extension runs, or clear it.',
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'tls.caFile' },
    cause,
  });
}
