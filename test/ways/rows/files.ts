import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from '../program.ts';
import { notReached, works } from '../way.ts';
import type { Expected, Start, Way } from '../way.ts';

/** The Python extension lays a `.env` file over the environment. */
function withFile(
  name: string,
  file: (start: Start) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
  expected: Expected = works,
): Way {
  return program(`.env ${name}`, expected, async (start) => ({
    env: { ...start.scene.host, ...(await file(start)) },
  }));
}

/** It is given the whole list, since the Python extension keeps both. */
function pythonPath(folder: string, { scene }: Start): Readonly<Record<string, string>> {
  const { PYTHONPATH: ours } = scene.host;
  return { PYTHONPATH: [folder, ours].filter((part) => part !== undefined).join(':') };
}

const theirPlugin = `
class Theirs:
    def get_name(self):
        return "theirs"

    def get_auth(self):
        return self.sign

    def sign(self, request):
        request.headers["Authorization"] = "Bearer canary-of-their-plugin"
        return request
`;

export const files: readonly Way[] = [
  withFile('names the tracking server', ({ scene }) => ({ MLFLOW_TRACKING_URI: scene.server.origin })),
  withFile('has PYTHONPATH', (start) => pythonPath('/somewhere/of/theirs', start)),
  withFile('has MLFLOW_TRACKING_TOKEN of another server', () => ({
    MLFLOW_TRACKING_TOKEN: 'canary-of-a-file',
  })),
  withFile('has MLFLOW_TRACKING_AUTH of a plugin that is not installed', () => ({
    MLFLOW_TRACKING_AUTH: 'a-plugin-of-theirs',
  })),
  withFile(
    'has MLFLOW_TRACKING_AUTH of a plugin that is installed',
    async (start) => {
      const folder = join(start.scene.folder, 'plugin');
      const info = join(folder, 'theirs-1.0.dist-info');
      await mkdir(info, { recursive: true });
      await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n');
      await writeFile(
        join(info, 'entry_points.txt'),
        '[mlflow.request_auth_provider]\ntheirs = theirs:Theirs\n',
      );
      await writeFile(join(folder, 'theirs.py'), theirPlugin);
      return { MLFLOW_TRACKING_AUTH: 'theirs', ...pythonPath(folder, start) };
    },
    // It signs in at any server, as the person wants it to.
    { ...notReached, said: /MLFLOW_TRACKING_AUTH is theirs, so that plugin signs in/ },
  ),
];
