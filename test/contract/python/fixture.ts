import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upstream } from '../../../src/proxy/messages.ts';
import { upstreamId } from '../../../src/connection/client-token.ts';
import { lateBound } from '../../support/late-bound.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import { startMlflow } from '../../support/servers/mlflow.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure, tools } from '../../support/setup/parts.mjs';
import { Connection } from './connection.ts';
import type { Credential } from './connection.ts';
import { Front } from './front.ts';
import { hardCoded, hardCodedUri, ownCredentials } from './run-client.ts';

/** By MLflow's version. The new one is the server's, too. */
export const pythons = { '3.17.2': tools.python('mlflow'), '2.9.2': tools.python('mlflow-old') };

/** Those, or what `npm run matrix` gives. */
export const clients: readonly {
  readonly title: string;
  readonly version: string;
  readonly python: string;
}[] =
  process.env['CLIENTS'] === undefined
    ? Object.entries(pythons).map(([version, python]) => ({ title: version, version, python }))
    : (JSON.parse(process.env['CLIENTS']) as typeof clients);

export interface Fixture {
  readonly front: Front;
  readonly connection: Connection;
  /** Of persons without credentials, with ~/.mlflow/credentials, and with a ~/.netrc, too. */
  readonly plainHome: string;
  readonly fileHome: string;
  readonly ownHome: string;
  /** The MLflow server's administrator now. */
  readonly admin: () => Credential;
  /** Changes the administrator's password at the MLflow server; the store learns nothing of it. */
  readonly rotate: () => Promise<Credential>;
}

/**
 * Called in a `describe` that holds all tests of its file, because a start takes long: one real MLflow server behind TLS and
 * one real proxy for them.
 */
export function pythonFixture(): Fixture {
  const closers: (() => Promise<unknown>)[] = [];
  let fixture: Fixture | undefined;
  before(async function () {
    this.timeout(300_000);
    fixture = await open(closers);
  });
  after(async function () {
    this.timeout(60_000);
    fixture = undefined;
    for (const close of closers.reverse()) await close();
  });
  return lateBound('fixture for Python', () => fixture);
}

async function open(closers: (() => Promise<unknown>)[]): Promise<Fixture> {
  await ensure(['mlflow', 'mlflow-old']);
  const folder = await runFolder('python');
  const { host } = new URL(hardCodedUri);
  const server = await startMlflow({
    folder: join(folder, 'server'),
    adminPassword: 'canary-upstream-first',
    hosts: [host],
    // Absolute artifact locations are refused otherwise.
    env: { MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES: 'mlflow-artifacts,https' },
  });
  // Large, and nothing that we wrote.
  closers.push(async () => rm(join(folder, 'server', 'artifacts'), { recursive: true, force: true }));
  closers.push(async () => server.stop());
  const certificates = await makeCertificates(folder, [host]);
  const front = new Front(new URL(server.origin), certificates);
  await front.up();
  closers.push(async () => front.down());
  // The name does not resolve here: the proxy reaches it as it does in a company's network.
  const corporateProxy = await startCorporateProxy({ hosts: { [`${host}:443`]: front.port } });
  closers.push(async () => corporateProxy.stop());
  const upstream: Upstream = {
    id: upstreamId(hardCoded),
    ...hardCoded,
    httpProxy: { url: corporateProxy.url, from: 'http.proxy' },
    trust: { kind: 'roots', added: [certificates.ca], isComplete: true },
    clientCertificate: undefined,
  };
  let admin: Credential = { user: server.user, password: server.password };
  const connection = await Connection.open(upstream, admin);
  closers.push(async () => connection.close());
  const homes = join(folder, 'homes');
  // They hold passwords as a person's home does.
  closers.push(async () => rm(homes, { recursive: true, force: true }));
  const fileHome = join(homes, 'file');
  await ownCredentials.credentialsFile(fileHome);
  const ownHome = join(homes, 'own');
  await ownCredentials.credentialsFile(ownHome);
  await ownCredentials.netrc(ownHome);
  let rotations = 0;
  return {
    front,
    connection,
    plainHome: join(homes, 'plain'),
    fileHome,
    ownHome,
    admin: () => admin,
    rotate: async () => {
      rotations += 1;
      await server.changePassword(`canary-upstream-rotated-${rotations}`);
      admin = { user: server.user, password: server.password };
      return admin;
    },
  };
}
