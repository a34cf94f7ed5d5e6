import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Cause } from '../cause.ts';
import { credential, ours, storedWindow } from './windows.ts';

export function windowCauses(): readonly Cause[] {
  return [
    {
      name: 'another program has the port of the settings',
      code: 'proxy.portTaken',
      remedy: /mlflowSecretsAuth\.proxy\.port/,
      heardFrom: ['status bar', 'notification', 'Diagnose'],
      plant: async (parts) => {
        const other = createServer();
        other.listen(0, '127.0.0.1');
        await once(other, 'listening');
        const { port } = other.address() as AddressInfo;
        const close = async (): Promise<unknown> => {
          if (!other.listening) return undefined;
          other.close();
          return once(other, 'close');
        };
        return { window: await storedWindow(parts, { 'proxy.port': port }), mend: close, stop: close };
      },
    },
    {
      name: 'the keychain is locked',
      code: 'secret.storage',
      remedy: /keychain/,
      plant: async (parts) => ({
        window: { ...(await storedWindow(parts)), keychain: 'rejects' },
        mend: async (window) => window.call({ kind: 'keychain', keychain: 'open' }),
      }),
    },
    {
      name: 'the keychain does not respond',
      code: 'secret.storage',
      remedy: /keychain/,
      plant: async (parts) => ({
        window: { ...(await storedWindow(parts)), keychain: 'hangs' },
        mend: async (window) => window.call({ kind: 'keychain', keychain: 'open' }),
      }),
    },
    {
      name: 'the tracking server is not among the allowed hosts',
      code: 'settings.allowedHosts',
      remedy: /mlflowSecretsAuth\.allowedHosts/,
      heardFrom: ['status bar', 'notification', 'Diagnose'],
      plant: async (parts) => ({
        window: await storedWindow(parts, { allowedHosts: ['mlflow.company.example'] }),
        mend: async (window) =>
          window.changeSettings(ours({ allowedHosts: null }), {
            'stored.credential': JSON.stringify(credential),
          }),
      }),
    },
    {
      name: 'the entered credential has not the form that the settings ask for',
      code: 'secret.mode',
      remedy: /mlflowSecretsAuth\.auth\.mode/,
      plant: async (parts) => {
        const window = await storedWindow(parts);
        return {
          window: { ...window, entered: { 'stored.credential': '{"token": "canary-entered-token"}' } },
        };
      },
    },
  ];
}
