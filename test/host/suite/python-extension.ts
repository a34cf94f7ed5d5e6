import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface StandIn {
  environmentOfTests(): NodeJS.ProcessEnv;
}

/** What a test run of the Python extension would find; asked for once, it is kept. */
export async function environmentOfTests(): Promise<NodeJS.ProcessEnv> {
  const extension = vscode.extensions.getExtension<StandIn>('ms-python.python');
  assert.ok(extension);
  return (await extension.activate()).environmentOfTests();
}
