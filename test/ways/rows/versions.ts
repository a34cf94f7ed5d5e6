import { findPythons, install, pythonVersions } from '../../matrix/cells.ts';
import { program } from '../program.ts';
import { works } from '../way.ts';
import type { Way } from '../way.ts';

/** The oldest MLflow and the newest, and the Pythons that each of them is for. */
const versions = [
  { mlflow: '2.9.2', pythons: pythonVersions },
  { mlflow: '3.17.2', pythons: pythonVersions.filter((version) => Number(version.split('.')[1]) >= 10) },
];
const found = await findPythons();

function withVersions(mlflow: string, version: string): Way {
  const name = `MLflow ${mlflow} on Python ${version}`;
  const way = program(name, works, async ({ script }) => {
    const client = await install(mlflow, [version, found.get(version) ?? '']);
    if (client === undefined) throw new Error(`There is no ${name}.`);
    return { command: [client.python, ...script] };
  });
  return found.has(version) ? way : { ...way, cannot: `Python ${version} is not on this machine` };
}

/** As the debugger and tests start them: what a second server is asked shows each version's own way to sign in. */
export const clientVersions: readonly Way[] = versions.flatMap(({ mlflow, pythons }) =>
  pythons.map((version) => withVersions(mlflow, version)),
);
