import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const files = globSync('.github/workflows/*.yml', { cwd: fileURLToPath(root) });
const { engines } = JSON.parse(read('package.json')) as { engines: { vscode: string } };

describe('the workflows', () => {
  for (const file of files) {
    it(`${file} names actions by their commits, grants little, and ends`, () => {
      const text = read(file);
      const uses = [...text.matchAll(/uses: (?!\.\/)(.+)$/gm)].map(([, use = '']) => use);
      for (const use of uses) assert.match(use, /^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      assert.match(text, /^permissions:\n {2}contents: read$/m);
      const jobs = text.match(/^ {4}runs-on: /gm)?.length ?? 0;
      assert.equal(text.match(/^ {4}timeout-minutes: /gm)?.length ?? 0, jobs);
    });
  }

  it('run the host suite in the oldest VS Code that the manifest allows', () => {
    assert.ok(read('.github/workflows/ci.yml').includes(`vscode: ['${engines.vscode.slice(1)}', stable]`));
  });
});
