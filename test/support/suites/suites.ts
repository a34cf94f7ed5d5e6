import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, tools } from '../setup/parts.mjs';
import type { Part } from '../setup/parts.mjs';

interface Common {
  readonly name: string;
  /** Far above what it takes, also on a busy machine: only a suite that hangs is stopped. */
  readonly limitMinutes: number;
}

/** Programs that run as a whole, one after the other. */
export interface ProgramSuite extends Common {
  readonly kind: 'programs';
  readonly needs: readonly Part[];
  /** Each is a program of the project's own packages or a script of ours. */
  readonly commands: readonly (readonly string[])[];
  /** Whether it counts its tests itself, in the file that `SUITE_RESULT` names; otherwise each command is one check. */
  readonly counts: boolean;
}

/** Test files that mocha runs; files and titles can be chosen. */
export interface FileSuite extends Common {
  readonly kind: 'files';
  readonly timeoutMs: number;
  /** What the files whose paths begin so need, beside what others that fit ask for. */
  readonly needs: readonly { readonly below: string; readonly parts: readonly Part[] }[];
}

export type Suite = ProgramSuite | FileSuite;

const bin = (name: string): string => join('node_modules', '.bin', name);

/** The desktop editor brings its own window and is downloaded by who opens it. */
const editorParts: readonly Part[] =
  process.env['VSCODE_HOST'] === 'desktop' ? [] : ['chromium', 'code-server'];

export const mocha = bin('mocha');

/** In the order in which they begin: what is quick first, then what is long, so that two lanes end together. */
export const suites: readonly Suite[] = [
  {
    name: 'lint',
    kind: 'programs',
    needs: [],
    commands: [
      [bin('eslint'), '.'],
      [bin('prettier'), '--check', '--log-level', 'warn', '.'],
      [bin('depcruise'), 'src', 'test', 'demo'],
      [bin('knip')],
    ],
    counts: false,
    limitMinutes: 10,
  },
  {
    name: 'types',
    kind: 'programs',
    needs: [],
    commands: [[bin('tsc'), '-p', '.']],
    counts: false,
    limitMinutes: 10,
  },
  {
    name: 'unit',
    kind: 'files',
    timeoutMs: 60_000,
    needs: [],
    limitMinutes: 10,
  },
  {
    name: 'contract',
    kind: 'files',
    timeoutMs: 60_000,
    needs: [
      { below: 'contract/aws/', parts: ['moto'] },
      { below: 'contract/azure/', parts: [] },
      { below: 'contract/acceptance', parts: [] },
      { below: 'contract/alone/', parts: ['openbao'] },
      { below: 'contract/alone/behind-proxy', parts: ['moto', 'openbao'] },
      { below: 'contract/ends', parts: ['openbao'] },
      { below: 'contract/hangs', parts: [] },
      { below: 'contract/memory-after-end', parts: ['openbao'] },
      { below: 'contract/behind-proxy', parts: ['moto', 'openbao'] },
      { below: 'contract/proxy-fuzz', parts: [] },
      { below: 'contract/proxy/', parts: [] },
      { below: 'contract/proxy/browser', parts: ['chromium'] },
      { below: 'contract/proxy/outside-lists/', parts: ['mlflow'] },
      { below: 'contract/proxy/real-servers', parts: ['mlflow', 'load'] },
      { below: 'contract/proxy/rotation', parts: ['mlflow'] },
      { below: 'contract/proxy/smuggling', parts: ['mlflow'] },
      { below: 'contract/proxy/uvicorn-fuzz', parts: ['mlflow'] },
      { below: 'contract/python/', parts: ['mlflow', 'mlflow-old'] },
      { below: 'contract/python/interception', parts: ['coverage'] },
      { below: 'contract/python/other-clients', parts: ['other-clients'] },
      { below: 'contract/sign-in-files', parts: [] },
      { below: 'contract/servers/', parts: ['mlflow', 'openbao'] },
      { below: 'contract/servers/credential-check', parts: ['mlflow', 'mlflow-old-server'] },
      { below: 'contract/unapproved-http-proxy', parts: ['moto'] },
      { below: 'contract/unchecked-certificates', parts: ['moto'] },
      { below: 'contract/http-proxy-named', parts: ['moto'] },
      { below: 'contract/vault/', parts: ['openbao'] },
      { below: 'contract/vault/variables', parts: ['hvac'] },
      { below: 'contract/azure/precedence', parts: ['azure-identity'] },
      { below: 'contract/vault/ldap', parts: ['openbao-ldap', 'slapd'] },
    ],
    limitMinutes: 40,
  },
  {
    name: 'host',
    kind: 'programs',
    needs: ['mlflow', 'mcp', 'openbao', 'moto', 'load', 'shells', ...editorParts],
    commands: [[tools.node(), 'test/host/run.ts']],
    counts: true,
    limitMinutes: 20,
  },
  {
    name: 'hostile',
    kind: 'files',
    // Every text through every sink of a real window.
    timeoutMs: 10 * 60_000,
    needs: [
      { below: 'hostile/', parts: editorParts },
      // Many windows of one server, one after the other.
      { below: 'hostile/repositories', parts: ['chromium', 'code-server'] },
      { below: 'hostile/words-everywhere', parts: ['chromium', 'code-server'] },
      { below: 'hostile/words-of-azure', parts: ['chromium', 'code-server'] },
      { below: 'hostile/takeover', parts: ['chromium', 'code-server', 'mlflow'] },
      { below: 'hostile/trouble', parts: ['chromium', 'code-server', 'mlflow'] },
    ],
    limitMinutes: 40,
  },
  {
    name: 'causes',
    kind: 'files',
    timeoutMs: 180_000,
    needs: [{ below: 'causes/', parts: ['mlflow', 'openbao', 'openbao-ldap', 'slapd', 'moto', 'load'] }],
    limitMinutes: 15,
  },
  {
    name: 'e2e',
    kind: 'files',
    // A whole demo takes minutes: packaging, servers, an editor, two runs; more where the machine is busy otherwise.
    timeoutMs: 20 * 60_000,
    needs: [{ below: 'e2e/', parts: ['mlflow', 'openbao', 'moto', ...editorParts] }],
    limitMinutes: 45,
  },
  {
    name: 'chaos',
    kind: 'files',
    // A machine that is busy otherwise takes minutes for the window alone.
    timeoutMs: 5 * 60_000,
    needs: [{ below: 'chaos/', parts: ['mlflow', 'openbao', 'chromium', 'code-server'] }],
    limitMinutes: 15,
  },
];

/** Paths below test/ of all test files, with forward slashes. */
export async function testFiles(): Promise<readonly string[]> {
  const paths = await readdir(join(checkout, 'test'), { recursive: true });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
}
