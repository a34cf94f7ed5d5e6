import { join } from 'node:path';

/** A step of `kernel.py`: a cell, or an environment to restart the kernel with. */
export type KernelStep =
  | { readonly code: string; readonly isEndless?: boolean }
  | { readonly restart: Readonly<Record<string, string | undefined>> };

/** Runs the steps of the JSON file that follows. */
export const kernelScript = join(import.meta.dirname, 'kernel.py');
