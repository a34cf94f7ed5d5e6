import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { Approvals } from '../../../../src/connection/approvals.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import type { CredentialCommandsHost } from '../../../../src/vscode/connect/credential-commands.ts';
import { Credentials } from '../../../../src/vscode/credentials.ts';
import { SecretStore } from '../../../../src/vscode/secret-store.ts';
import { read, server } from '../../doctor/evidence.ts';
import { MemoryStorage } from '../memory-storage.ts';
import { answer, closing, editorWindow } from './inputs-double.ts';

// After the double of the editor.
const { enterCredential } = await import('../../../../src/vscode/connect/credential-commands.ts');
const { showMessage } = await import('../../../../src/vscode/sinks/messages.ts');
const { askText, askChoice } = await import('../../../../src/vscode/connect/multi-step-input.ts');

const rejected = new Problem({
  code: 'upstream.rejected',
  message: 'It does not accept this user name and password.',
  remedy: 'Enter the credential again.',
  retry: 'afterFix',
});

/** One window, whose tracking server accepts no password. */
class Window {
  readonly #credentials = new Credentials(
    new SecretStore(new MemoryStorage().records(), 'workspace'),
    () => ({}),
  );
  #state: ConnectionState = { kind: 'disconnected' };
  readonly #memory = new Map<string, unknown>();
  readonly approvals = new Approvals({
    get: (key) => this.#memory.get(key),
    update: async (key, value) => {
      this.#memory.set(key, value);
      return Promise.resolve();
    },
  });
  givenUp = 0;
  connectedByHand = 0;
  /** Of the secret store, in place of the tracking server's. */
  refusal: Problem | undefined;
  verdict: Pick<Extract<ConnectionState, { kind: 'rejected' }>, 'problem' | 'of'> = {
    problem: rejected,
    of: 'password',
  };
  readonly #host: Pick<
    CredentialCommandsHost,
    | 'credentials'
    | 'triedInVain'
    | 'read'
    | 'reconnect'
    | 'giveUp'
    | 'connection'
    | 'checkTrackingServer'
    | 'approvals'
    | 'connectByHand'
  > = {
    approvals: this.approvals,
    connectByHand: async () => {
      this.connectedByHand += 1;
      return Promise.resolve();
    },
    credentials: this.#credentials,
    triedInVain: new Map(),
    read: async () => read({ ...server, provider: 'stored', 'auth.mode': 'basic' }),
    reconnect: async () => {
      const result = await read({ ...server, provider: 'stored' });
      assert.ok(result.kind === 'ready');
      const secret = { version: undefined, fetchedAt: 0, nextRefreshAt: 0 };
      const { configuration } = result;
      if (this.refusal !== undefined) {
        this.#state = { kind: 'failed', configuration, problem: this.refusal };
        return;
      }
      this.#state = { kind: 'rejected', configuration, secret, store: undefined, ...this.verdict };
    },
    giveUp: async () => {
      this.givenUp += 1;
      return Promise.resolve();
    },
    connection: () => ({ state: this.#state }),
    checkTrackingServer: async () => Promise.reject(new Error('"auth.mode" is set')),
  };

  async stored(): Promise<readonly unknown[]> {
    const result = await this.#host.read();
    assert.ok(result.kind === 'ready');
    return this.#credentials.entered(result.configuration);
  }

  async signInAgain({ isApproved = true } = {}): Promise<void> {
    const result = await this.#host.read();
    assert.ok(result.kind === 'ready');
    if (isApproved) await this.approvals.approve(destinationOf(result.configuration));
    await enterCredential(this.#host as CredentialCommandsHost);
  }
}

describe('Signing in again', () => {
  it('offers the user name of whoever gave up, in that window alone', async () => {
    const window = new Window();
    const inVain = window.signInAgain();
    const [, , again] = await answer([{ enter: 'ada' }, { enter: 'canary-wrong' }, 'Escape']);
    await inVain;
    assert.ok(again?.objection.startsWith(rejected.message));
    for (const [where, offered] of [
      [window, 'ada'],
      [new Window(), ''],
    ] as const) {
      const signingIn = where.signInAgain();
      const [first] = await answer(['Escape']);
      await signingIn;
      assert.equal(first?.value, offered);
    }
  });

  it('asks again for what the secret store refuses, of which nothing stays stored', async () => {
    const window = new Window();
    window.refusal = new Problem({
      code: 'vault.signInRefused',
      message: 'Vault refused the sign-in.',
      remedy: 'Enter the credential again.',
      retry: 'purge',
      action: { kind: 'enterCredential' },
    });
    const signingIn = window.signInAgain();
    const [, , again] = await answer([{ enter: 'ada' }, { enter: 'canary-wrong' }, 'Escape']);
    await signingIn;
    assert.ok(again?.objection.startsWith('Vault refused the sign-in.'), again?.objection);
    assert.equal(window.givenUp, 1);
    assert.deepEqual(await window.stored(), []);
  });

  it('takes from the screen that the credential was not accepted, which is about to be over', async () => {
    const { press } = editorWindow;
    editorWindow.press = async () => new Promise(() => undefined);
    const shown = showMessage('error', [rejected.message], [{ label: 'Diagnose', run: () => undefined }]);
    editorWindow.run.splice(0);
    const signingIn = new Window().signInAgain();
    await answer(['Escape']);
    await Promise.all([signingIn, shown]);
    editorWindow.press = press;
    assert.deepEqual(editorWindow.run.splice(0), ['notifications.hideToasts']);
  });

  it('asks for nothing before it is approved where it goes, as when the settings have just changed', async () => {
    const window = new Window();
    await window.signInAgain({ isApproved: false });
    assert.equal(window.connectedByHand, 1);
  });

  it('takes a sign-in wall, or a gateway that denies the request, for no word on the password, which is kept', async () => {
    const window = new Window();
    window.verdict = { problem: rejected, of: 'anything' };
    const signingIn = window.signInAgain();
    await answer([{ enter: 'ada' }, { enter: 'canary-right' }]);
    await signingIn;
    assert.equal(window.givenUp, 0);
  });

  it('ends when its box is closed the moment it appears', async () => {
    closing.isAtOnce = true;
    try {
      await new Window().signInAgain();
    } finally {
      closing.isAtOnce = false;
    }
  });
});

describe('A box', () => {
  it('of which a check fails ends with that, rather than staying there with nothing to press', async () => {
    const failed = new Error('scripted');
    const text = askText({
      ...{ title: 'Connect', hasBack: false, prompt: 'Address', value: '' },
      check: async () => Promise.reject(failed),
    });
    await Promise.all([assert.rejects(text, failed), answer([{ enter: 'https://mlflow.company.com' }])]);
    const choice = askChoice(
      {
        title: 'Connect',
        hasBack: false,
        question: 'Which?',
        whenChosen: async () => Promise.reject(failed),
      },
      [{ label: 'One', value: 'one' }],
      'one',
    );
    await Promise.all([assert.rejects(choice, failed), answer(['Enter'])]);
  });
});
