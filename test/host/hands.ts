import type { MlflowServer } from '../support/servers/mlflow.ts';
import type { Workbench } from '../support/workbench/workbench.ts';
import type { DemoSource } from '../../demo/sources/source.ts';
import type { EvilServer } from './evil-server.ts';

/** What the suites inside the editor may ask of the hands outside. Secrets stay out here. */
export interface HandsHost {
  readonly workbench: Promise<Workbench>;
  readonly evil: EvilServer;
  readonly mlflow: MlflowServer;
  readonly vault: DemoSource;
  /** The second one is what the first is changed to. */
  readonly passwords: readonly [string, string];
  readonly phase: () => string;
}

export type Hands = Readonly<Record<string, (...args: string[]) => Promise<string>>>;

export function makeHands({ workbench, evil, mlflow, vault, passwords, phase }: HandsHost): Hands {
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
    notification: silent(async (shown = '') => (await workbench).notification(shown).waitFor()),
    trust: silent(async () => (await workbench).trustFolder()),
    escape: silent(async () => (await workbench).page.keyboard.press('Escape')),
    vaultToken: silent(async () => vault.typeCredential(await workbench)),
    password: silent(async () => (await workbench).answerSecretly('Password of', mlflow.password)),
    approve: async () => (await workbench).answerDialog('Send', 'Approve and Connect'),
    decline: async () => (await workbench).answerDialog('Send', 'Cancel'),
    status: silent(async (text = '') => (await workbench).statusBarItem(text).waitFor()),
    statusLabel: async () => {
      const entry = (await workbench).statusBarItem('MLflow:').getByRole('button');
      return (await entry.getAttribute('aria-label')) ?? '';
    },
    rotate: silent(async () => {
      await vault.rotate?.(passwords[1]);
      await mlflow.changePassword(passwords[1]);
    }),
    evilRequests: async () => Promise.resolve(String(evil.requests)),
    remember: async (text = '') => {
      remembered = text;
      return Promise.resolve('');
    },
    remembered: async () => Promise.resolve(remembered),
  };
}
