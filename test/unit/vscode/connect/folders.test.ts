import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { Approvals } from '../../../../src/connection/approvals.ts';
import { storedConfiguration } from '../../configuration/stored-configuration.ts';
import { answer, editorWindow } from './inputs-double.ts';

// After the double of the editor.
const { folderServers } = await import('../../../../src/vscode/folder-servers.ts');
const { hintAtFolders } = await import('../../../../src/vscode/folder-hint.ts');
const { askFolder } = await import('../../../../src/vscode/connect/folder-plan.ts');

const server = (name: string): Record<string, unknown> => ({
  'mlflowSecretsAuth.trackingUri': `https://${name}.company.com`,
});

describe('folders of a workspace file that have settings of their own', () => {
  let root = '';
  const { workspace } = editorWindow;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'mlflow-folders-'));
    for (const [name, settings] of [
      ['alpha', { ...server('alpha'), 'mlflowSecretsAuth.tls.caFile': '/theirs.pem' }],
      ['beta', server('beta')],
      ['gamma', { 'mlflowSecretsAuth.trackingUri': 'no address' }],
      ['delta', undefined],
    ] as const) {
      await mkdir(join(root, name, '.vscode'), { recursive: true });
      if (settings !== undefined) {
        await writeFile(join(root, name, '.vscode', 'settings.json'), JSON.stringify(settings));
      }
    }
    const folders = ['alpha', 'beta', 'gamma', 'delta'].map((name) => join(root, name));
    workspace.workspaceFile = {};
    workspace.workspaceFolders = folders.map((fsPath) => ({
      name: basename(fsPath),
      uri: { scheme: 'file', fsPath, toString: () => pathToFileURL(fsPath).href },
    }));
  });

  after(async () => {
    delete workspace.workspaceFile;
    delete workspace.workspaceFolders;
    await rm(root, { recursive: true });
  });

  it('are found with their server and with what a folder may set', async () => {
    assert.deepEqual(
      (await folderServers()).map(({ folder, server, settings }) => [folder, server, settings]),
      ['alpha', 'beta'].map((name) => [
        name,
        `https://${name}.company.com`,
        { trackingUri: `https://${name}.company.com` },
      ]),
    );
  });

  it('are not looked for where a folder is opened by itself, as its settings count there', async () => {
    delete workspace.workspaceFile;
    assert.deepEqual(await folderServers(), []);
    workspace.workspaceFile = {};
  });

  it('are offered with a row for another server, and Escape chooses none', async () => {
    const picking = askFolder();
    const [seen] = await answer([{ pick: 'https://beta.company.com' }]);
    assert.deepEqual(seen?.rows, [
      'https://alpha.company.com',
      'https://beta.company.com',
      'Another tracking server',
    ]);
    const picked = await picking;
    assert.equal(typeof picked === 'object' && picked.folder, 'beta');
    const other = askFolder();
    await answer([{ pick: 'Another tracking server' }]);
    assert.equal(await other, 'none');
    const escaped = askFolder();
    await answer(['Escape']);
    assert.equal(await escaped, 'cancelled');
  });

  it('are told of once each, unless their server is the one in use, and taken over by the button', async () => {
    const memory = new Map<string, unknown>();
    const approvals = new Approvals({
      get: (key) => memory.get(key),
      update: async (key, value) => Promise.resolve(void memory.set(key, value)),
    });
    const tracking = { origin: 'https://alpha.company.com', basePath: '' };
    await approvals.approve(destinationOf({ ...storedConfiguration, tracking }));
    const hintedFolders: string[] = [];
    const window = {
      ...{ isKnown: true, approvals, hintedFolders },
      noteFolderHint: async (uri: string) => Promise.resolve(void hintedFolders.push(uri)),
    };
    const messages: string[] = [];
    editorWindow.press = (message): string => {
      messages.push(message);
      return 'Use Them';
    };
    await hintAtFolders({ ...window, isKnown: false });
    assert.deepEqual(messages, []);
    await hintAtFolders(window);
    await hintAtFolders(window);
    assert.equal(messages.length, 1);
    assert.match(messages.join('\n'), /folder beta name the tracking server https:\/\/beta\.company\.com/);
    assert.deepEqual(editorWindow.run, [
      `mlflowSecretsAuth.switchServer ${pathToFileURL(join(root, 'beta')).href}`,
    ]);
    const { workspaceFolders } = workspace;
    hintedFolders.splice(0);
    editorWindow.run.splice(0);
    const later: string[] = [];
    editorWindow.press = (message) => {
      later.push(message);
      workspace.workspaceFolders = [];
      return 'Use Them';
    };
    await hintAtFolders(window);
    workspace.workspaceFolders = workspaceFolders ?? [];
    assert.equal(later.at(-1), 'The folder beta is no longer in this workspace.');
    assert.deepEqual(editorWindow.run, []);
  });
});
