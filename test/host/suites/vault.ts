import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../../src/manifest.ts';
import { askThroughProxy, configure, inTerminal, waitUntil } from '../inside/editor.ts';
import { runInKernel } from '../inside/kernel.ts';
import { given, hands } from '../inside/outside.ts';

const listExperiments =
  'import mlflow; print("found", [e.name for e in mlflow.search_experiments()], mlflow.get_tracking_uri())';

/** Ends connected, so that the next window can be found connected. */
export function vaultSuite(): void {
  describe('a connection with Vault', () => {
    it('stands after token and approval', async () => {
      await configure({
        trackingUri: given().trackingUri,
        provider: 'vault',
        'auth.mode': 'basic',
        'vault.address': given().vaultAddress,
        'vault.path': 'secret/mlflow',
      });
      const done = vscode.commands.executeCommand(commands.connect);
      await hands('vaultToken');
      const said = await hands('approve');
      await done;
      for (const part of [given().trackingUri, given().vaultAddress, 'secret/mlflow']) {
        assert.ok(said.includes(part), `the approval does not name ${part}`);
      }
      await hands('status', 'MLflow: connected');
      assert.equal(await askThroughProxy(), 200);
    });

    it('refuses who does not have the session token', async () => {
      assert.equal(await askThroughProxy('guessed'), 401);
    });

    it('reaches Python in a terminal', async () => {
      const text = await inTerminal(`python -c '${listExperiments}' > $OUT 2>&1`);
      assert.match(text, /found \['Default'\] http:\/\/127\.0\.0\.1:/);
    });

    it('reaches a notebook kernel', async () => {
      assert.match(await runInKernel(listExperiments), /found \['Default'\]/);
    });

    it('asks again when settings name another server, and sends it nothing', async () => {
      await configure({ trackingUri: given().evilOrigin });
      await hands('status', 'MLflow: approve');
      assert.equal(await hands('evilRequests'), '0');
      await configure({ trackingUri: given().trackingUri });
      await hands('status', 'MLflow: connected');
      await waitUntil(async () => (await askThroughProxy()) === 200, 'the connection');
    });

    it('asks again when settings name another vault, and sends it nothing', async () => {
      await configure({ 'vault.address': given().evilOrigin });
      await hands('status', 'MLflow: approve');
      assert.equal(await hands('evilRequests'), '0');
      await configure({ 'vault.address': given().vaultAddress });
      await hands('status', 'MLflow: connected');
    });

    after(async () => {
      await hands(
        'remember',
        process.env['MLFLOW_TRACKING_URI'] ?? '',
        process.env['MLFLOW_TRACKING_TOKEN'] ?? '',
      );
    });
  });
}
