import { execFileSync } from 'node:child_process';
import { run } from './start.ts';
import type { Expected, Start, Way } from './way.ts';

interface Program {
  /** In place of the script alone. */
  readonly command?: readonly string[];
  /** That of the extension host otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A way that is one program with an environment. */
export function program(
  name: string,
  expected: Expected,
  of: (start: Start) => Program | Promise<Program> = () => ({}),
): Way {
  return {
    name,
    expected,
    start: async (start) => {
      const { scene, python, script, folder } = start;
      const { command = [python, ...script], env = scene.host } = await of(start);
      await run(command, { env, cwd: folder });
    },
  };
}

/** The same, where the program is not there: why it cannot be had. */
export function whereThereIs(needed: string, way: Way): Way {
  return isThere(needed) ? way : { ...way, cannot: `${needed} is not installed` };
}

function isThere(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
