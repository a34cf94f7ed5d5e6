import assert from 'node:assert/strict';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { statusText } from '../../../src/vscode/labels.ts';
import { ask, hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';

const tool = 'mlflow-secrets-auth_diagnose';

/** As VS Code names it: the extension, and the label of the definition. */
const mcpServer = 'mlflow-secrets-auth.mlflow-secrets-auth/MLflow';

async function diagnose(input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

/** In a window that is connected. */
export function agentsSuite({ python, pythonWithMcp, shown, folder }: HostSuiteContext): void {
  describe('an agent', () => {
    it('is told how to run Python signed in, with a report that holds no secret', async () => {
      assert.ok(vscode.lm.tools.some(({ name }) => name === tool));
      const { requests: before } = await ask<{ requests: number }>('vault-requests', {});
      const text = await diagnose({});
      assert.match(text, /^MLflow is connected\. Run Python in a new terminal/);
      assert.ok(text.includes(`# ${shown.diagnosisTitle}`), text);
      assert.ok(!text.includes(localEnvironment()?.token ?? 'no token'));
      assert.deepEqual(await ask('secrets-in', { text }), { names: [] });
      const { requests } = await ask<{ requests: number }>('vault-requests', {});
      assert.equal(requests, before, 'the secret store was asked');
    });

    it('has the tracking server asked only if the user agrees', async () => {
      const refused = assert.rejects(diagnose({ askServer: true }));
      const question = 'Ask the tracking server whether it accepts the credential?';
      await hands({ do: 'answerDialog', shown: question, button: 'Cancel' });
      await refused;
    });

    it('cannot connect, whatever it asks', async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.disconnect');
      await hands({ do: 'waitForStatus', text: statusText('disconnected') });
      const text = await diagnose({ connect: true, approve: true, reveal: true });
      assert.match(text, /^MLflow is not connected, .+ Only the user can connect/);
      await hands({ do: 'waitForStatus', text: statusText('disconnected') });
      assert.equal(localEnvironment(), undefined);
      await vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
    });
  });

  describe("MLflow's own MCP server", () => {
    const { PATH: found } = process.env;
    const selectPython = (file: string): void => {
      process.env['PATH'] = `${dirname(file)}:${found ?? ''}`;
    };
    const chat = vscode.workspace.getConfiguration('chat');
    const ofUser = vscode.ConfigurationTarget.Global;

    before(async () => {
      await chat.update('disableAIFeatures', false, ofUser);
      await vscode.commands.executeCommand('notifications.clearAll');
    });
    after(async () => {
      process.env['PATH'] = found;
      await chat.update('disableAIFeatures', true, ofUser);
    });

    it('is offered, and says what it lacks where the Python of the folder does not have it', async () => {
      selectPython(python);
      const lacking = 'has no MLflow MCP server';
      // The editor lists servers some time after its setting allows them, and starts none that is not listed.
      await until(async () => {
        await vscode.commands.executeCommand('workbench.mcp.startServer', mcpServer);
        await sleep(1000);
        return (await hands({ do: 'buttons', text: lacking })).includes('Copy Command');
      });
    });

    it('is started signed in: its tools reach the tracking server, and nothing of the folder is run', async () => {
      selectPython(pythonWithMcp);
      const [impostor, mark] = [join(folder, 'fastmcp.py'), join(folder, 'imported')];
      await writeFile(impostor, `open(${JSON.stringify(mark)}, "w")`);
      await vscode.commands.executeCommand('workbench.mcp.startServer', mcpServer);
      const search = (): string | undefined =>
        vscode.lm.tools.find(({ name }) => name.endsWith('search_experiments'))?.name;
      await until(() => search() !== undefined);
      const options = { input: {}, toolInvocationToken: undefined };
      const invoked = vscode.lm.invokeTool(search() ?? '', options);
      await hands({ do: 'answerDialog', shown: 'search_experiments', button: 'Yes' });
      const { content } = await invoked;
      assert.match(JSON.stringify(content), /Default/);
      await rm(impostor);
      await assert.rejects(stat(mark));
    });
  });
}
