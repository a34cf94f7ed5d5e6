import { hostname } from 'node:os';
import { runningKernelCode } from '../../../src/python/running-kernel.ts';
import { packageFolder } from '../../contract/python/run-client.ts';
import type { Scene } from '../scene.ts';
import { asCell, inKernel } from '../start.ts';
import { works } from '../way.ts';
import type { Start, Way } from '../way.ts';

function kernelCode({ changesFor, before }: Pick<Scene, 'before'> & { changesFor: Scene['changesFor'] }): {
  connect: string;
  disconnect: string;
} {
  const variables = { changes: changesFor(before), before, packageFolder, hostName: hostname() };
  return {
    connect: runningKernelCode('connect', variables),
    disconnect: runningKernelCode('disconnect', variables),
  };
}

export const kernels: readonly Way[] = [
  {
    name: 'notebook, new kernel',
    expected: works,
    start: async (start: Start): Promise<void> =>
      inKernel(start, start.scene.host, [{ code: asCell(start.script) }]),
  },
  {
    name: 'notebook, running kernel through the Jupyter API',
    expected: works,
    start: async (start: Start): Promise<void> => {
      const { scene, phase, script } = start;
      const code = kernelCode({
        before: scene.before,
        changesFor: (environment) => scene.changesFor(environment),
      });
      const steps = {
        before: [{ code: 'import mlflow' }],
        connected: [{ code: 'import mlflow' }, { code: code.connect }],
        after: [{ code: code.connect }, { code: 'import mlflow' }, { code: code.disconnect }],
      }[phase];
      await inKernel(start, scene.before, [...steps, { code: asCell(script) }]);
    },
  },
  {
    name: 'notebook, restarted kernel',
    expected: works,
    start: async (start: Start): Promise<void> =>
      inKernel(start, start.scene.before, [{ restart: start.scene.host }, { code: asCell(start.script) }]),
  },
  {
    name: 'interactive window',
    expected: works,
    cannot: 'it is a part of the editor, and its kernels are those of a notebook',
    start: async () => Promise.resolve(),
  },
];
