import * as l10n from '@vscode/l10n';
import type { KernelWish } from '../python/kernel-follower.ts';

interface KernelLabels {
  readonly one: () => string;
  readonly several: (count: number) => string;
  readonly button: (count: number) => string;
}

/** The questions about kernels that run, by which tests find their way, too. */
export const kernelLabels: Readonly<Record<KernelWish, KernelLabels>> = {
  connect: {
    one: () => l10n.t('A notebook kernel that is already running does not know the connection to MLflow.'),
    several: (count) =>
      l10n.t('{0} notebook kernels that are already running do not know the connection to MLflow.', count),
    button: (count) => (count === 1 ? l10n.t('Authenticate Kernel') : l10n.t('Authenticate Kernels')),
  },
  disconnect: {
    one: () => l10n.t('A notebook kernel still has the variables of the ended connection to MLflow.'),
    several: (count) =>
      l10n.t('{0} notebook kernels still have the variables of the ended connection to MLflow.', count),
    button: () => l10n.t('Restore Variables'),
  },
};
