import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../test/support/servers/certificates.ts';
import type { Certificates } from '../test/support/servers/certificates.ts';
import { startMlflow } from '../test/support/servers/mlflow.ts';
import type { MlflowServer } from '../test/support/servers/mlflow.ts';

export const trackingHost = 'mlflow.company.example';
export const trackingUri = `https://${trackingHost}`;

/** Names of the stores that are reached as the tracking server is: by the company's proxy, over TLS. */
export const storeHosts = {
  aws: 'secretsmanager.company.example',
  azure: 'mlflow.vault.azure.net',
} as const;

export interface Company {
  readonly mlflow: MlflowServer;
  readonly certificates: Certificates;
  stop(): Promise<void>;
}

/** The tracking server of a company: its own certificate authority, sign-in, and a name that resolves nowhere else. */
export async function startCompany(folder: string): Promise<Company> {
  const certificatesFolder = join(folder, 'certificates');
  await mkdir(certificatesFolder, { recursive: true });
  const names = [trackingHost, ...Object.values(storeHosts), 'localhost', '127.0.0.1'];
  const certificates = await makeCertificates(certificatesFolder, names);
  const mlflow = await startMlflow({
    folder: join(folder, 'mlflow-server'),
    adminPassword: newPassword(),
    tls: certificates,
    hosts: [trackingHost],
  });
  return { mlflow, certificates, stop: async () => mlflow.stop() };
}

/** Found by name when it is where it must not be. */
export function newPassword(): string {
  return `canary-password-${randomBytes(12).toString('hex')}`;
}
