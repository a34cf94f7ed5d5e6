import { createRequire } from 'node:module';
import type MochaConstructor from 'mocha';
import { ask } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { agentsSuite } from './agents.ts';
import { connectSuite } from './connect.ts';
import { notebooksSuite } from './notebooks.ts';
import { othersSuite } from './others.ts';
import { recoverySuite } from './recovery.ts';
import { reloadSuite } from './reload.ts';
import { restrictedSuite } from './restricted.ts';
import { sideBarSuite } from './side-bar.ts';
import { switchServerSuite } from './switch-server.ts';
import { tokenServerSuite } from './token-server.ts';

interface Part {
  readonly name:
    | 'restricted'
    | 'connect'
    | 'others'
    | 'sideBar'
    | 'switchServer'
    | 'tokenServer'
    | 'notebooks'
    | 'reload'
    | 'recovery';
  readonly context: HostSuiteContext;
}

/** Asks the runner which part is due and runs it here, in the real extension host, until it hears that this was the last for this window. */
export async function activate(): Promise<void> {
  void runParts();
  return Promise.resolve();
}

async function runParts(): Promise<void> {
  let isLast = false;
  while (!isLast) {
    const { name, context } = await ask<Part>('part', {});
    const lines: string[] = [];
    const { passed, failed } = await runSuite(name, context, lines);
    const result = { name, passed, failed, report: lines.join('\n') };
    ({ isLast } = await ask<{ isLast: boolean }>('result', result));
  }
}

async function runSuite(
  name: Part['name'],
  context: HostSuiteContext,
  lines: string[],
): Promise<{ passed: number; failed: number }> {
  const Mocha = createRequire(`${context.checkout}/`)('mocha') as typeof MochaConstructor;
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  switch (name) {
    case 'restricted':
      restrictedSuite(context);
      break;
    case 'connect':
      connectSuite(context);
      break;
    case 'others':
      othersSuite();
      agentsSuite(context);
      break;
    case 'sideBar':
      sideBarSuite(context);
      break;
    case 'switchServer':
      switchServerSuite(context);
      break;
    case 'tokenServer':
      tokenServerSuite(context);
      break;
    case 'notebooks':
      notebooksSuite(context);
      break;
    case 'reload':
      reloadSuite();
      break;
    case 'recovery':
      recoverySuite(context);
  }
  return new Promise((resolve) => {
    let passed = 0;
    const runner = mocha.run((failed) => resolve({ passed, failed }));
    runner.on('pass', (test) => {
      passed += 1;
      lines.push(`    ✔ ${test.fullTitle()} (${test.duration ?? 0}ms)`);
    });
    runner.on('fail', (test, error: Error) =>
      lines.push(`    ✗ ${test.fullTitle()}\n${error.stack ?? error.message}`),
    );
  });
}
