import { join } from 'node:path';
import type { Part } from '../setup/parts.mjs';
import { tools } from '../setup/parts.mjs';

export interface Suite {
  readonly name: string;
  readonly needs: readonly Part[];
  /** Run one after the other; each is a program of the project's own packages or a script of ours. */
  readonly commands: readonly (readonly string[])[];
  /** Whether it counts its tests itself, in the file that `SUITE_RESULT` names; otherwise each command is one check. */
  readonly counts: boolean;
  readonly limitMinutes: number;
}

const bin = (name: string): string => join('node_modules', '.bin', name);

function mocha(files: string): readonly string[] {
  return [
    bin('mocha'),
    '--reporter',
    'test/support/suites/reporter.mjs',
    '--forbid-only',
    '--timeout',
    '60000',
    files,
  ];
}

export const suites: readonly Suite[] = [
  {
    name: 'lint',
    needs: [],
    commands: [
      [bin('eslint'), '.'],
      [bin('prettier'), '--check', '--log-level', 'warn', '.'],
      [bin('depcruise'), 'src', 'test', 'demo'],
      [bin('knip')],
    ],
    counts: false,
    limitMinutes: 5,
  },
  { name: 'types', needs: [], commands: [[bin('tsc'), '-p', '.']], counts: false, limitMinutes: 3 },
  { name: 'unit', needs: [], commands: [mocha('test/unit/**/*.test.ts')], counts: true, limitMinutes: 5 },
  {
    name: 'contract',
    needs: ['mlflow', 'mlflow-old', 'openbao', 'openbao-ldap', 'slapd', 'moto', 'chromium'],
    commands: [mocha('test/contract/**/*.test.ts')],
    counts: true,
    limitMinutes: 20,
  },
  {
    name: 'host',
    needs: ['mlflow', 'openbao', 'chromium', 'code-server'],
    commands: [[tools.node(), 'test/host/run.ts']],
    counts: true,
    limitMinutes: 10,
  },
  {
    name: 'e2e',
    needs: ['mlflow', 'openbao', 'moto', 'chromium', 'code-server'],
    commands: [[tools.node(), 'test/e2e/run.ts']],
    counts: true,
    limitMinutes: 25,
  },
];
