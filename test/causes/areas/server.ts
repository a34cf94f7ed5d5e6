import { freePort } from '../../support/servers/child.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import type { Cause } from '../cause.ts';
import { Front } from '../scene/front.ts';
import { address, behindFront, behindGateway } from '../scene/gateways.ts';
import { credential, newName, ours, storedWindow } from '../scene/windows.ts';

const inVsCode = ['status bar', 'notification', 'Diagnose'] as const;

export function serverCauses(): readonly Cause[] {
  return [
    {
      name: 'the password for the tracking server is wrong',
      code: 'upstream.rejected',
      remedy: /Enter the credential again/,
      plant: async (parts) => {
        const mlflow = await parts.mlflow();
        const [username, password] = [newName(), 'canary-entered-1'];
        await mlflow.call('POST', '/api/2.0/mlflow/users/create', { username, password: 'canary-other-12' });
        return {
          window: await storedWindow(parts, {}, { username, password }),
          mend: async () =>
            mlflow.call('PATCH', '/api/2.0/mlflow/users/update-password', { username, password }),
        };
      },
    },
    {
      name: 'the user is deleted while MLflow is connected',
      code: 'upstream.rejected',
      remedy: /Enter the credential again/,
      plant: async (parts) => {
        const mlflow = await parts.mlflow();
        const user = { username: newName(), password: 'canary-entered-2' };
        await mlflow.call('POST', '/api/2.0/mlflow/users/create', user);
        return {
          window: await storedWindow(parts, {}, user),
          afterConnecting: async () => {
            await mlflow.call('DELETE', '/api/2.0/mlflow/users/delete', { username: user.username });
          },
          mend: async () => mlflow.call('POST', '/api/2.0/mlflow/users/create', user),
        };
      },
    },
    {
      name: 'the token that a gateway takes has expired',
      code: 'upstream.rejected',
      remedy: /Enter the credential again/,
      plant: async (parts) => {
        const json = `default_type application/json; return 401 '{"error": "invalid_token", "error_description": "The token is expired"}';`;
        const planted = await behindGateway(parts, `location / { ${json} }`);
        return planted;
      },
    },
    {
      name: 'a gateway (nginx, with the redirect of oauth2-proxy) leads to its sign-in page',
      code: 'upstream.wall',
      remedy: /token for programs.*Enter the credential again/,
      plant: async (parts) =>
        behindGateway(parts, `location / { return 302 https://sso.company.example/oauth2/start?rd=/; }`),
    },
    {
      name: 'a gateway (nginx, with the page of oauth2-proxy) denies with its sign-in page',
      code: 'upstream.wall',
      remedy: /token for programs.*Enter the credential again/,
      plant: async (parts) =>
        behindGateway(
          parts,
          `location / { default_type text/html; return 403 '<!DOCTYPE html><html><head><title>Sign In</title></head><body><form method="GET" action="/oauth2/start"><input type="hidden" name="rd" value="/"><button type="submit">Sign in with OpenID Connect</button></form></body></html>'; }`,
        ),
    },
    {
      name: 'a gateway serves its sign-in page in place of the API',
      code: 'upstream.wall',
      remedy: /token for programs.*Enter the credential again/,
      plant: async (parts) =>
        behindGateway(
          parts,
          `location / { default_type text/html; return 200 '<!doctype html><title>Sign in</title><form action="/login"><input type="password"></form>'; }`,
        ),
    },
    {
      name: 'the server behind the gateway is down (502)',
      code: 'upstream.serverError',
      remedy: /ask its administrator/,
      plant: async (parts) =>
        behindGateway(parts, `location / { proxy_pass http://127.0.0.1:${await freePort()}; }`),
    },
    {
      name: 'a gateway fails with a page that has no content type (500)',
      code: 'upstream.serverError',
      remedy: /ask its administrator/,
      plant: async (parts) =>
        behindGateway(
          parts,
          `location / { types { } default_type ''; return 500 '<!doctype html><title>Internal error</title>'; }`,
        ),
    },
    {
      name: 'whatever responds at the address is no MLflow server',
      code: 'upstream.notMlflow',
      // Any JSON may be meant for somebody: Python gets it as it is.
      heardFrom: inVsCode,
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) =>
        behindGateway(
          parts,
          `location / { default_type application/json; return 200 '{"hello": "world"}'; }`,
        ),
    },
    {
      name: 'the address lacks the path below which MLflow is served',
      code: 'upstream.notMlflow',
      // A 404 may be MLflow's own, by which its client tells old servers from new ones.
      heardFrom: inVsCode,
      remedy: /mlflowSecretsAuth\.trackingUri, also the path at its end/,
      plant: async (parts) => {
        const { port } = await parts.mlflow();
        const below = `location /mlflow/ { proxy_set_header Host 127.0.0.1:${port}; proxy_pass http://127.0.0.1:${port}/; }`;
        const gateway = await startNginx({
          folder: await parts.folder(newName()),
          server: `${below} location / { return 404; }`,
        });
        return {
          window: await storedWindow(parts, { trackingUri: address(gateway) }),
          mend: async (window) =>
            window.changeSettings(ours({ trackingUri: `${address(gateway)}/mlflow` }), {
              'stored.credential': JSON.stringify(credential),
            }),
          stop: async () => gateway.stop(),
        };
      },
    },
    {
      name: 'the server has moved to another address',
      code: 'upstream.moved',
      remedy: /mlflowSecretsAuth\.trackingUri/,
      plant: async (parts) =>
        behindGateway(parts, `location / { return 301 https://mlflow.company.example$request_uri; }`),
    },
    {
      name: 'MLflow denies the name by which it is called',
      code: 'upstream.hostDenied',
      remedy: /--allowed-hosts/,
      plant: async (parts) => {
        const { port } = await parts.mlflow();
        return behindGateway(
          parts,
          `location / { proxy_set_header Host mlflow.company.example; proxy_pass http://127.0.0.1:${port}; }`,
        );
      },
    },
    {
      name: 'the tracking server is down',
      code: 'upstream.refused',
      remedy: /whether the server is running/,
      plant: async (parts) => behindFront(parts, await Front.open('closed')),
    },
    {
      name: 'the tracking server goes down while MLflow is connected',
      code: 'upstream.refused',
      remedy: /whether the server is running/,
      plant: async (parts) => {
        const front = await Front.open({ leadsTo: (await parts.gateway()).port });
        return {
          ...(await behindFront(parts, front)),
          afterConnecting: async () => front.become('closed'),
        };
      },
    },
    {
      name: 'the tracking server takes requests and does not respond',
      code: 'upstream.timeout',
      remedy: /network|log/,
      // A request may take as long as it likes: Python's own bound ends it.
      heardFrom: inVsCode,
      plant: async (parts) => behindFront(parts, await Front.open('silent')),
    },
    {
      name: 'MLflow gives the user no permission',
      answered: /PERMISSION_DENIED|Permission denied/,
      plant: async (parts) => {
        const mlflow = await parts.mlflow();
        const user = { username: newName(), password: 'canary-entered-3' };
        await mlflow.call('POST', '/api/2.0/mlflow/users/create', user);
        const { username } = user;
        const grant = { username, resource_type: 'experiment', resource_id: '0', permission: 'EDIT' };
        return {
          window: await storedWindow(parts, {}, user),
          python: () => ({ does: 'createRun' }),
          mend: async () => mlflow.call('POST', '/api/3.0/mlflow/users/permissions/grant', grant),
        };
      },
    },
    {
      name: 'the workspace that Python asks for is not on the MLflow server',
      answered: /[Ww]orkspace/,
      plant: async (parts) => {
        const mlflow = await parts.mlflowWithWorkspaces();
        const name = newName();
        return {
          window: await storedWindow(parts, { trackingUri: mlflow.origin }),
          python: ({ environment }) => ({ environment: { ...environment, MLFLOW_WORKSPACE: name } }),
          mend: async () => mlflow.call('POST', '/api/3.0/mlflow/workspaces', { name }),
        };
      },
    },
  ];
}
