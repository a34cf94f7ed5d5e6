import type { Cause } from '../cause.ts';
import { Front } from '../scene/front.ts';
import { credential, enteredAgain, ours, storedWindow } from '../scene/windows.ts';

export function windowCauses(): readonly Cause[] {
  return [
    {
      name: 'another program has the port of the settings',
      code: 'proxy.portTaken',
      remedy: /mlflowSecretsAuth\.proxy\.port/,
      // Where Python has no address of ours, it does not come here.
      heardFrom: ['status bar', 'notification', 'Diagnose'],
      plant: async (parts) => {
        const other = await Front.open('silent');
        return {
          window: await storedWindow(parts, { 'proxy.port': other.port }),
          mend: async () => other.stop(),
          stop: async () => other.stop(),
        };
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
          mend: enteredAgain(credential.username, credential.password),
        };
      },
    },
  ];
}
