import type { Workbench } from '../support/workbench/workbench.ts';
import type { EvilServer } from './evil-server.ts';

/** What the suites inside the editor may ask of the hands outside. Secrets stay out here. */
export interface HandsHost {
  readonly workbench: Promise<Workbench>;
  readonly evil: EvilServer;
  readonly vaultToken: string;
  readonly password: string;
  readonly phase: () => string;
}

export type Hands = Readonly<Record<string, (...args: string[]) => Promise<string>>>;

export function makeHands({ workbench, evil, vaultToken, password, phase }: HandsHost): Hands {
  let remembered = '';
  const silent =
    (act: (...args: string[]) => Promise<unknown>) =>
    async (...args: string[]): Promise<string> => {
      await act(...args);
      return '';
    };
  return {
    phase: async () => Promise.resolve(phase()),
    answer: silent(async (shown = '', text = '') => (await workbench).answer(shown, text)),
    pick: silent(async (label = '') => (await workbench).pick(label)),
    waitForInput: silent(async (shown = '') => (await workbench).waitForInput(shown)),
    escape: silent(async () => (await workbench).page.keyboard.press('Escape')),
    vaultToken: silent(async () => (await workbench).answerSecretly('Vault token', vaultToken)),
    password: silent(async () => (await workbench).answerSecretly('Password of', password)),
    approve: async () => (await workbench).answerDialog('Send', 'Approve and Connect'),
    status: silent(async (text = '') => (await workbench).statusBarItem(text).waitFor()),
    evilRequests: async () => Promise.resolve(String(evil.requests)),
    remember: async (uri = '', token = '') => {
      remembered = `${uri} ${token}`;
      return Promise.resolve('');
    },
    remembered: async () => Promise.resolve(remembered),
  };
}
