import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';
import { connectedState, degradedState } from '../../connection/serving-states.ts';
import { editorWindow } from '../connect/inputs-double.ts';

const { showProblem } = await import('../../../../src/vscode/status/problem-message.ts');
const { clearScreen } = await import('../../../../src/vscode/sinks/messages.ts');
const { showAnnouncement } = await import('../../../../src/vscode/status/announcement.ts');

const problem = new Problem({
  code: 'upstream.tlsUntrusted',
  message: 'Cannot connect to mlflow.company.com: its TLS certificate is not trusted.',
  remedy: 'Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.',
  retry: 'afterFix',
  action: { kind: 'openSetting', setting: 'tls.caFile' },
});
const failed: ConnectionState = { kind: 'failed', configuration, problem };
const secret = { version: undefined, fetchedAt: 0, nextRefreshAt: 0 };
const connected = connectedState(configuration, secret);
const degraded = degradedState(
  configuration,
  secret,
  new Problem({ code: 'vault.sealed', message: 'Vault is sealed.', remedy: 'Wait.', retry: 'automatic' }),
);

const copy = { label: 'Copy Report', run: () => undefined };

/** A notification that is there until somebody answers or closes it. */
interface OnScreen {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly answer: (button?: string) => void;
}

describe('a notification of trouble', () => {
  const { press: before } = editorWindow;
  let shown: OnScreen[];

  beforeEach(() => {
    shown = [];
    editorWindow.run.splice(0);
    editorWindow.press = async (text, buttons) =>
      new Promise((answer) => shown.push({ text, buttons, answer }));
  });
  after(() => (editorWindow.press = before));

  it('does what mends it while it is there', async () => {
    const done = showProblem(problem, { state: failed, now: () => failed });
    shown[0]?.answer('Change Setting');
    await done;
    assert.deepEqual(editorWindow.run, ['mlflowSecretsAuth.changeSetting tls.caFile']);
  });

  for (const state of [connected, degraded]) {
    it(`says that it is over, and does nothing, once the window is ${state.kind}`, async () => {
      let now: ConnectionState = failed;
      void showProblem(problem, { state: failed, now: () => now });
      now = state;
      shown[0]?.answer('Change Setting');
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(editorWindow.run, []);
      assert.match(shown[1]?.text ?? '', new RegExp(`^This is over\\. MLflow is now: ${state.kind}\\.$`));
    });
  }

  it('says what is wrong now, with what mends that, where it is over and something else is wrong', async () => {
    const next = new Problem({
      code: 'vault.sealed',
      message: 'Vault is sealed.',
      remedy: 'Wait.',
      retry: 'automatic',
    });
    let now: ConnectionState = failed;
    void showProblem(problem, { state: failed, now: () => now });
    now = { kind: 'failed', configuration, problem: next };
    shown[0]?.answer('Change Setting');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(editorWindow.run, []);
    assert.equal(shown[1]?.text, 'Vault is sealed. Wait. (vault.sealed)');
    assert.deepEqual(shown[1].buttons, ['Try Again', 'Diagnose']);
  });

  it('leaves what only looks, such as the diagnosis, as it is when it is over', async () => {
    const done = showProblem(problem, { state: failed, now: () => connected });
    shown[0]?.answer('Diagnose');
    await done;
    assert.deepEqual(editorWindow.run, ['mlflowSecretsAuth.diagnose']);
  });

  it('is in the place of the one before where the same is said again, so that it is never there twice', async () => {
    const first = showProblem(problem, { state: failed, now: () => failed });
    const second = showProblem(problem, { more: [copy] });
    // What the editor takes for the same (vs/workbench/common/notifications.ts, `equals`).
    assert.deepEqual([shown[1]?.text, shown[1]?.buttons], [shown[0]?.text, ['Change Setting', 'Diagnose']]);
    for (const { answer } of shown) answer();
    await Promise.all([first, second]);
    void showProblem(problem, { more: [copy] });
    assert.deepEqual(shown[2]?.buttons, ['Change Setting', 'Copy Report']);
    shown[2].answer();
  });

  it('is over for who waits for it when it is taken from the screen, and its button still works in the list', async () => {
    const first = showProblem(problem, { state: failed, now: () => failed });
    await clearScreen();
    await first;
    assert.deepEqual(editorWindow.run.splice(0), ['notifications.hideToasts']);
    void showProblem(problem, { more: [copy] });
    assert.deepEqual(shown[1]?.buttons, ['Change Setting', 'Copy Report'], 'those of the one on the screen');
    shown[0]?.answer('Diagnose');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(editorWindow.run.splice(0), ['mlflowSecretsAuth.diagnose']);
    shown[1].answer();
    await new Promise((resolve) => setImmediate(resolve));
    await clearScreen();
    assert.deepEqual(editorWindow.run, [], 'nothing is left');
  });

  it('asks for no approval that was given meanwhile', async () => {
    const destination = destinationOf(configuration);
    const asked = { kind: 'needsApproval', configuration, destination, approved: undefined } as const;
    void showAnnouncement(asked, () => connected);
    shown[0]?.answer('Review and Approve');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(editorWindow.run, []);
    assert.match(shown[1]?.text ?? '', /^This is over/);
  });
});
