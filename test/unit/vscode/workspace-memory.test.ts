import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { editorWindow } from './connect/inputs-double.ts';

// After the double of the editor.
const { RememberedWorkspace } = await import('../../../src/vscode/workspace-memory.ts');

describe('a workspace in which nobody has connected', () => {
  const { workspace } = editorWindow;
  after(() => {
    for (const name of Object.keys(workspace)) Reflect.deleteProperty(workspace, name);
  });

  function planWith(userSettings: Record<string, unknown>): string {
    const inspect = (key: string): unknown => ({ globalValue: userSettings[key] });
    Object.assign(workspace, { isTrusted: true, getConfiguration: () => ({ inspect }) });
    const stored = new Map<string, unknown>();
    const memory = {
      keys: () => [...stored.keys()],
      get: (key: string) => stored.get(key),
      update: async (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
    } as Memento;
    return new RememberedWorkspace(memory, undefined).plan;
  }

  it('is new where the user has set only what is for all windows, as the certificate of the company', () => {
    const forAll = {
      'tls.caFile': '/etc/company.pem',
      'proxy.port': 4000,
      'aws.endpoint': 'https://aws.example',
    };
    assert.equal(planWith(forAll), 'none');
  });

  it('is set up where a server or a source is named', () => {
    assert.equal(planWith({ trackingUri: 'https://mlflow.company.com' }), 'stayOff');
    assert.equal(planWith({ 'vault.address': 'https://vault.company.com' }), 'stayOff');
  });
});
