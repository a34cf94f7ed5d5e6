import { startNginx } from '../../support/servers/nginx.ts';
import { freePort } from '../../support/servers/child.ts';
import type { Cause, PersonsAct, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import type { Shown } from '../window/messages.ts';
import { newName, storedWindow } from '../scene/windows.ts';

type Environment = Shown['environment'];

/** A window that is connected, and a program that was started in another way than it starts them now. */
async function startedOtherwise(
  parts: Parts,
  change: (environment: Environment) => Environment,
  trackingUri?: (environment: Environment) => string,
): Promise<Planted> {
  return {
    window: await storedWindow(parts, { trackingUri: `http://127.0.0.1:${(await parts.gateway()).port}` }),
    python: ({ environment }) => ({
      environment: change(environment),
      ...(trackingUri && { trackingUri: trackingUri(environment) }),
    }),
    mend: restart,
  };
}

const restart: PersonsAct = {
  because: 'a program that runs keeps the environment and the address that it was started with',
  act: 'restart Python',
};

const staleToken = 'canary-stale-session-token.0123456789';
const withoutPackage = { PYTHONPATH: '', MLFLOW_TRACKING_AUTH: undefined };
const inPython = ['Python'] as const;
const seenByProxy = ['Python', 'Diagnose'] as const;

export function pythonCauses(): readonly Cause[] {
  return [
    {
      name: 'a kernel holds a session token that was revoked',
      code: 'proxy.wrongToken',
      remedy: /restart the kernel/,
      heardFrom: inPython,
      plant: async (parts) =>
        startedOtherwise(parts, (environment) => ({
          ...environment,
          MLFLOW_TRACKING_TOKEN: staleToken,
          MLFLOW_TRACKING_PASSWORD: staleToken,
          MLFLOW_VSCODE_SESSION: staleToken,
        })),
    },
    {
      name: 'a kernel without the interception package holds a session token that was revoked',
      code: 'proxy.wrongToken',
      remedy: /restart the kernel/,
      heardFrom: seenByProxy,
      plant: async (parts) =>
        startedOtherwise(parts, (environment) => ({
          ...environment,
          ...withoutPackage,
          MLFLOW_TRACKING_TOKEN: staleToken,
          MLFLOW_TRACKING_PASSWORD: staleToken,
        })),
    },
    {
      name: 'a program has the local address and no session token',
      code: 'proxy.noToken',
      remedy: /Open a new terminal|restart the kernel or terminal/,
      heardFrom: seenByProxy,
      plant: async (parts) =>
        startedOtherwise(parts, ({ MLFLOW_TRACKING_URI, PATH, HOME }) => ({
          MLFLOW_TRACKING_URI,
          PATH,
          HOME,
        })),
    },
    {
      name: 'a kernel was started for another tracking server',
      code: 'proxy.otherServer',
      remedy: /restart the kernel/,
      heardFrom: seenByProxy,
      plant: async (parts) =>
        startedOtherwise(parts, (environment) => {
          const token = `${(environment['MLFLOW_TRACKING_TOKEN'] ?? '').split('.')[0] ?? ''}.another`;
          return {
            ...environment,
            MLFLOW_TRACKING_TOKEN: token,
            MLFLOW_TRACKING_PASSWORD: token,
            MLFLOW_VSCODE_SESSION: token,
          };
        }),
    },
    {
      name: 'code runs on another machine than the window, as in a batch job',
      code: 'proxy.otherMachine',
      remedy: /Start the program there/,
      heardFrom: inPython,
      plant: async (parts) => {
        const port = await freePort();
        return startedOtherwise(parts, (environment) => ({
          ...environment,
          MLFLOW_VSCODE_HOST: 'workstation-of-ada',
          MLFLOW_VSCODE_ADDRESS: `http://127.0.0.1:${port}`,
          MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`,
        }));
      },
    },
    {
      name: 'a program calls a path outside of the tracking server',
      code: 'proxy.outsideBasePath',
      remedy: /MLFLOW_TRACKING_URI|restart the kernel/,
      heardFrom: seenByProxy,
      plant: async (parts) => {
        const { port } = await parts.mlflow();
        const below = `location /mlflow/ { proxy_set_header Host 127.0.0.1:${port}; proxy_pass http://127.0.0.1:${port}/; }`;
        const gateway = await startNginx({ folder: await parts.folder(newName()), server: below });
        return {
          mend: restart,
          stop: async () => gateway.stop(),
          window: await storedWindow(parts, { trackingUri: `http://127.0.0.1:${gateway.port}/mlflow` }),
          python: ({ environment }) => ({
            environment,
            trackingUri: new URL('/other', environment['MLFLOW_TRACKING_URI']).href,
          }),
        };
      },
    },
  ];
}
