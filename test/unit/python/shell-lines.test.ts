import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EnvironmentChange } from '../../../src/python/environment.ts';
import { environmentChanges } from '../../../src/python/environment.ts';
import { shellLines, shells } from '../../../src/python/shell-lines.ts';

const run = promisify(execFile);

const values = [
  'http://127.0.0.1:40123/mlflow',
  '',
  "O'Brien",
  '$(touch /x) `id` "$HOME" \\ \\n !',
  'é ’ a\nb',
];

/** What a shell of that name has after the lines, beside what it started with. */
async function afterwards(
  shell: string,
  lines: string,
  before: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const print = `"${process.execPath}" -p 'JSON.stringify(process.env)'`;
  const { stdout } = await run(shell, ['-c', `${lines}${print}`], { env: before });
  return JSON.parse(stdout) as NodeJS.ProcessEnv;
}

const prepended: readonly EnvironmentChange[] = [
  { action: 'prepend', name: 'PYTHONPATH', value: "/it's ours", separator: ':' },
  { action: 'prepend', name: 'NO_PROXY', value: '127.0.0.1,localhost', separator: ',' },
];

const endpoint = {
  ...{
    localOrigin: 'http://127.0.0.1:40123',
    basePath: '',
    upstreamOrigin: 'https://mlflow.company.example',
  },
  ...{
    sessionToken: 'canary-session',
    userName: 'ada',
    hostName: 'laptop',
    packageFolder: '/p',
    intercept: true,
  },
};

/** With each word that is Base64 as what it stands for beside it. */
function decodedWords(text: string): string {
  return text.replaceAll(
    /[\w+/=]{4,}/g,
    (word) => `${word} ${Buffer.from(word, 'base64').toString('latin1')}`,
  );
}

describe('Lines for another shell', () => {
  for (const shell of ['sh', 'bash']) {
    it(`give ${shell} each value as it is`, async () => {
      const changes = values.map(
        (value, index) => ({ action: 'replace', name: `V${index}`, value }) as const,
      );
      const after = await afterwards(shell, shellLines(changes, 'posix'), {});
      assert.deepEqual(
        values.map((_, index) => after[`V${index}`]),
        values,
      );
    });

    it(`put elements in front of what ${shell} has`, async () => {
      const lines = shellLines(prepended, 'posix');
      const some = await afterwards(shell, lines, { PYTHONPATH: '/a b:/c', NO_PROXY: 'x.example' });
      assert.equal(some['PYTHONPATH'], "/it's ours:/a b:/c");
      assert.equal(some['NO_PROXY'], '127.0.0.1,localhost,x.example');
      const none = await afterwards(shell, lines, { PYTHONPATH: '' });
      assert.equal(none['PYTHONPATH'], "/it's ours");
      assert.equal(none['NO_PROXY'], '127.0.0.1,localhost');
    });
  }

  it('hold no password or token of the user’s own, which a clipboard would keep', () => {
    const environment = { MLFLOW_TRACKING_PASSWORD: 'canary-own', MLFLOW_TRACKING_TOKEN: 'canary-token' };
    const changes = environmentChanges(endpoint, { platform: 'linux', environment });
    assert.match(decodedWords(JSON.stringify(changes)), /canary-own.*canary-token/);
    for (const shell of shells) assert.doesNotMatch(decodedWords(shellLines(changes, shell)), /canary-[ot]/);
  });

  it('leave the token of the shell where it is, which is for another server', () => {
    const changes = environmentChanges(endpoint, { platform: 'linux', environment: {} });
    for (const shell of shells) {
      const lines = shellLines(changes, shell);
      assert.doesNotMatch(lines, /MLFLOW_TRACKING_TOKEN/);
      assert.match(lines, /MLFLOW_TRACKING_PASSWORD/);
    }
  });

  it('give tmux each value as one argument', async () => {
    const changes = values.map((value, index) => ({ action: 'replace', name: `V${index}`, value }) as const);
    const lines = shellLines([...changes, ...prepended], 'tmux');
    const inPlace = `tmux() { "${process.execPath}" -p 'JSON.stringify(process.argv.slice(1))' "$@"; }\n`;
    const { stdout } = await run('sh', ['-c', inPlace + lines], { env: { PYTHONPATH: '/a b' } });
    const calls = stdout.trim().split('\n');
    assert.deepEqual(
      calls.map((call) => JSON.parse(call) as unknown),
      [
        ...values.map((value, index) => ['set-environment', `V${index}`, value]),
        ['set-environment', 'PYTHONPATH', "/it's ours:/a b"],
        ['set-environment', 'NO_PROXY', '127.0.0.1,localhost'],
      ],
    );
  });

  it('are in the language of fish', () => {
    const replaced = { action: 'replace', name: 'V', value: String.raw`a'b\c$d` } as const;
    assert.equal(
      shellLines([replaced, ...prepended], 'fish'),
      [
        String.raw`set -gx V 'a\'b\\c$d'`,
        String.raw`set -gx PYTHONPATH '/it\'s ours' $PYTHONPATH`,
        `set -gx NO_PROXY (string join , '127.0.0.1,localhost' $NO_PROXY)`,
        '',
      ].join('\n'),
    );
  });

  it('are in the language of PowerShell, where typographic quotes end a text, too', () => {
    const replaced = { action: 'replace', name: 'V', value: "a'b’c$d`e" } as const;
    assert.equal(
      shellLines([replaced, ...prepended], 'powershell'),
      [
        "$env:V = 'a''b’’c$d`e'",
        "$env:PYTHONPATH = '/it''s ours' + $(if ($env:PYTHONPATH) { ':' + $env:PYTHONPATH })",
        "$env:NO_PROXY = '127.0.0.1,localhost' + $(if ($env:NO_PROXY) { ',' + $env:NO_PROXY })",
        '',
      ].join('\n'),
    );
  });
});
