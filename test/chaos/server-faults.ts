import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import type { Behaviour } from './front.ts';
import type { Servers } from './servers.ts';

const troubleMs = 10_000;

/** What happens to the tracking server, the secret store, what they agree on, and the way to them. */
export function serverFaults(): readonly Fault[] {
  return [
    trackingServer('does not listen for 10 s', { kind: 'refuses' }),
    {
      name: 'The tracking server is stopped and started',
      strike: async ({ servers }) => servers.restartMlflow(),
    },
    trackingServer('takes 2 s longer for each response', { kind: 'delays', ms: 2000 }),
    trackingServer('answers 500 for 10 s', { kind: 'answers', status: 500 }, true),
    trackingServer('answers 429 for 10 s', { kind: 'answers', status: 429 }),
    trackingServer('answers 503 for 10 s', { kind: 'answers', status: 503 }),
    trackingServer('closes each connection for 10 s', { kind: 'closes' }),
    {
      name: 'The tracking server has a new certificate, of the authority that is trusted',
      needs: { tls: true },
      strike: async ({ servers }) => changeCertificate(servers, { isTrusted: true }),
    },
    {
      name: 'The tracking server shows a certificate that is not trusted, for 10 s',
      // Who shows it may be somebody else: clients are told so at once.
      endsAccess: true,
      needs: { tls: true },
      strike: async ({ servers }) => {
        await changeCertificate(servers, { isTrusted: false });
        await sleep(troubleMs);
        await changeCertificate(servers, { isTrusted: true });
      },
    },
    {
      name: 'The network drops everything for 20 s',
      strike: async ({ servers: { mlflowFront, storeFront } }) =>
        mlflowFront.during({ kind: 'drops' }, async () =>
          storeFront.during({ kind: 'drops' }, async () => sleep(2 * troubleMs)),
        ),
    },
    {
      name: 'The secret is rotated every 5 s',
      isQuick: true,
      strike: async ({ servers }) => {
        for (let times = 0; times < 4; times += 1) {
          if (times > 0) await sleep(5000);
          await servers.rotate();
        }
      },
    },
    {
      name: 'The secret store does not listen for 10 s, and the secret is the old one',
      strike: async ({ servers }) =>
        servers.storeFront.during({ kind: 'refuses' }, async () => sleep(troubleMs)),
    },
    {
      name: 'The session token is revoked on purpose',
      endsAccess: true,
      strike: async (scene, clients) => {
        await scene.revoke();
        const patience = AbortSignal.timeout(60_000);
        await Promise.all(clients.map(async (client) => client.fails(patience)));
        await scene.approveAgain();
      },
    },
  ];
}

async function changeCertificate(servers: Servers, which: { readonly isTrusted: boolean }): Promise<void> {
  await servers.mlflowFront.changeCertificate(await servers.anotherCertificate(which));
}

function trackingServer(does: string, behaviour: Behaviour, isQuick = false): Fault {
  return {
    name: `The tracking server ${does}`,
    isQuick,
    strike: async ({ servers }) => servers.mlflowFront.during(behaviour, async () => sleep(troubleMs)),
  };
}
