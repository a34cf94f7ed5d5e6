import { connect } from 'node:net';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { behindDouble, breakingOff, compressing, listening, saying, vaultDouble } from '../scene/doubles.ts';
import { Front } from '../scene/front.ts';
import { behindFront, behindGateway } from '../scene/gateways.ts';
import { Stops } from '../scene/stops.ts';
import { entered, newName, ours, storedWindow } from '../scene/windows.ts';
import { canHaveOwnHosts } from '../window/cause-window.ts';

const inVsCode = ['status bar', 'notification', 'Diagnose'] as const;
/** It is no cause of trouble, whatever it looks like: Python works, and nobody may say otherwise. */
const worked = /^nothing was raised$/;

const json = (status: number, text: string): string =>
  `location / { default_type application/json; return ${status} '${text}'; }`;
const page = (status: number, title: string): string =>
  `default_type text/html; return ${status} '<!doctype html><title>${title}</title>';`;

/** MLflow behind a gateway that responds to one path itself. */
async function butFor(parts: Parts, path: string, directives: string): Promise<Planted> {
  return behindGateway(parts, `location = ${path} { ${directives} } ${await parts.toMlflow()}`);
}

const currentUser = '/api/2.0/mlflow/users/current';

/** By a name that leads to two addresses, of which only that of IPv6 responds. */
async function overIpv6(parts: Parts): Promise<Planted> {
  const { port } = await parts.gateway();
  const stops = new Stops();
  const own = await listening(stops, '::1', (outside) => {
    const inside = connect(port, '127.0.0.1');
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
  });
  const names = ['127.0.0.1 localhost', '127.0.0.1 mlflow6.example', '::1 mlflow6.example', ''];
  return {
    window: {
      ...(await storedWindow(parts, { trackingUri: `http://mlflow6.example:${own}` })),
      hosts: names.join('\n'),
    },
    mend: async () => stops.stop(),
  };
}

/** As gateways lead browsers on to where they serve MLflow. */
async function belowItsPath(parts: Parts): Promise<Planted> {
  const { port } = await parts.mlflow();
  const below = `location /mlflow/ { proxy_set_header Host 127.0.0.1:${port}; proxy_pass http://127.0.0.1:${port}/; }`;
  const planted = await behindGateway(parts, `${below} location / { return 302 /mlflow$request_uri; }`);
  const trackingUri = String(planted.window.settings['mlflowSecretsAuth.trackingUri']);
  return {
    ...planted,
    mend: async (window) => window.changeSettings(ours({ trackingUri: `${trackingUri}/mlflow` }), entered),
  };
}

/** What knows HTTP/2 only greets with a frame of settings (RFC 9113, 3.4). */
async function onlyHttp2(parts: Parts): Promise<Planted> {
  const stops = new Stops();
  const port = await listening(stops, '127.0.0.1', (socket) =>
    socket.once('data', () => socket.end(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))),
  );
  const front = stops.add(await Front.open({ leadsTo: port }));
  return { ...(await behindFront(parts, front)), stop: async () => stops.stop() };
}

/** What responds, and is not what it seems. */
export function answerCauses(): readonly Cause[] {
  return [
    {
      name: 'a gateway denies the paths that it does not know',
      answered: worked,
      plant: async (parts) => butFor(parts, currentUser, page(403, 'Forbidden')),
    },
    {
      name: 'a gateway has a page of its own for the paths that it does not know',
      answered: worked,
      plant: async (parts) => butFor(parts, currentUser, page(200, 'Portal')),
    },
    {
      name: 'the first experiment has much text in its tags',
      answered: worked,
      plant: async (parts) => {
        const mlflow = await parts.mlflow();
        const tags = ['one', 'two', 'three'].map((key) => ({ key, value: 'x'.repeat(4900) }));
        await mlflow.call('POST', '/api/2.0/mlflow/experiments/create', { name: newName(), tags });
        return butFor(parts, currentUser, 'return 404;');
      },
    },
    {
      name: 'a gateway compresses what nobody asked it to compress',
      answered: worked,
      plant: async (parts) => behindDouble(parts, compressing((await parts.mlflow()).port)),
    },
    {
      name: 'a gateway lets one read and not write',
      answered: /Forbidden/,
      plant: async (parts) => ({
        ...(await butFor(
          parts,
          '/api/2.0/mlflow/runs/create',
          `default_type application/json; return 403 '{"message": "Forbidden"}';`,
        )),
        python: () => ({ does: 'createRun' }),
      }),
    },
    ...(canHaveOwnHosts()
      ? [{ name: 'the tracking server responds over IPv6 only', answered: worked, plant: overIpv6 }]
      : []),
    {
      name: 'whatever responds at the address says {} to everything',
      code: 'upstream.notMlflow',
      heardFrom: inVsCode,
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) => behindGateway(parts, json(200, '{}')),
    },
    {
      name: 'whatever responds at the address says nothing (204)',
      code: 'upstream.notMlflow',
      heardFrom: inVsCode,
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) => behindGateway(parts, 'location / { return 204; }'),
    },
    {
      name: 'the server is led to https (308)',
      code: 'upstream.moved',
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) =>
        behindGateway(parts, 'location / { return 308 https://127.0.0.1$request_uri; }'),
    },
    {
      name: 'the server leads to the path below which it is',
      code: 'upstream.moved',
      remedy: /redirects to http:\/\/127\.0\.0\.1:\d+\/mlflow\.[^]*mlflowSecretsAuth\.trackingUri/,
      plant: belowItsPath,
    },
    {
      name: 'the network of a hotel leads to its sign-in page',
      code: 'upstream.wall',
      remedy: /the network .* has a sign-in of its own/,
      plant: async (parts) =>
        behindGateway(parts, 'location / { return 302 http://portal.hotel.example/guest?room=; }'),
    },
    {
      name: 'the network asks for a sign-in of its own (511)',
      code: 'upstream.networkSignIn',
      remedy: /sign in to the network/,
      plant: async (parts) =>
        behindGateway(parts, `location / { ${page(511, 'Network Authentication Required')} }`),
    },
    {
      name: 'a firewall for web applications blocks the request',
      code: 'upstream.rejected',
      heardFrom: inVsCode,
      remedy: /this machine or its network/,
      plant: async (parts) => behindGateway(parts, `location / { ${page(403, 'Request blocked')} }`),
    },
    {
      name: 'a gateway calls the token invalid in MLflow’s own form',
      code: 'upstream.rejected',
      heardFrom: inVsCode,
      remedy: /Enter the credential again/,
      plant: async (parts) =>
        behindGateway(parts, json(400, '{"error_code": "INVALID_TOKEN", "message": "It is expired."}')),
    },
    {
      name: 'a gateway limits requests, for an hour',
      code: 'upstream.serverError',
      heardFrom: inVsCode,
      remedy: /tries again automatically|ask its administrator/,
      plant: async (parts) =>
        behindGateway(parts, 'location / { add_header Retry-After 3600 always; return 429; }'),
    },
    {
      name: 'a gateway does not take requests for this name (421)',
      code: 'upstream.serverError',
      heardFrom: inVsCode,
      remedy: /mlflowSecretsAuth\.trackingUri.*administrator/,
      plant: async (parts) => behindGateway(parts, `location / { ${page(421, 'Misdirected Request')} }`),
    },
    {
      name: 'a gateway serves its sign-in page without a type',
      code: 'upstream.wall',
      remedy: /token for programs.*Enter the credential again/,
      plant: async (parts) =>
        behindDouble(
          parts,
          saying(200, {}, '<!doctype html><title>Sign in</title><form action="/login"></form>'),
        ),
    },
    {
      name: 'the tracking server breaks off in the middle of each response',
      code: 'upstream.dropped',
      heardFrom: inVsCode,
      remedy: /read its log/,
      plant: async (parts) => behindDouble(parts, breakingOff()),
    },
    {
      name: 'the server speaks HTTP/2 only',
      code: 'upstream.malformedResponse',
      remedy: /read its log/,
      plant: onlyHttp2,
    },
    {
      name: 'whatever responds at Vault’s address says that all is well, and that it is not',
      code: 'vault.notVault',
      remedy: /mlflowSecretsAuth\.vault\.address/,
      plant: async (parts) =>
        vaultDouble(parts, saying(200, { 'content-type': 'application/json' }, '{"errors": ["no"]}')),
    },
    {
      name: 'a firewall for web applications blocks the request to Vault',
      code: 'vault.notVault',
      remedy: /HTTP proxy/,
      plant: async (parts) =>
        vaultDouble(parts, saying(403, { 'content-type': 'text/html' }, '<h1>Blocked</h1>')),
    },
    {
      name: 'a gateway leads to a sign-in page in place of Vault',
      code: 'vault.notVault',
      remedy: /mlflowSecretsAuth\.vault\.address/,
      plant: async (parts) =>
        vaultDouble(parts, saying(302, { location: 'https://sso.company.example/login' }, '')),
    },
    {
      name: 'Vault limits requests, for an hour',
      code: 'vault.rateLimited',
      remedy: /tries again automatically/,
      plant: async (parts) =>
        vaultDouble(
          parts,
          saying(
            429,
            { 'retry-after': '3600', 'content-type': 'application/json' },
            '{"errors": ["rate limit quota exceeded"]}',
          ),
        ),
    },
  ];
}
