import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedPackage } from './changed-package.ts';

/** In each process once, however many bundles it loads: `Date` is what the file says away from this machine's. */
const prelude = (file: string): string => `
(() => {
  if (globalThis.settableClock) return;
  globalThis.settableClock = true;
  const { readFileSync } = require('node:fs');
  const Real = Date;
  let lookedAt = -Infinity;
  let awayMs = 0;
  const now = () => {
    if (performance.now() - lookedAt > 200) {
      lookedAt = performance.now();
      try { awayMs = Number(readFileSync(${JSON.stringify(file)}, 'latin1')); } catch { awayMs = 0; }
    }
    return Real.now() + awayMs;
  };
  globalThis.Date = class Date extends Real {
    constructor(...args) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static now() { return now(); }
  };
})();
`;

const fileIn = (folder: string): string => join(folder, 'clock');

/**
 * The same extension, whose processes take the time from a file: to set the clock of the machine would set it for all
 * that runs there, and the proxy's process takes no library that replaces the system's functions.
 */
export async function withSettableClock(vsix: string, folder: string): Promise<string> {
  await setClock(folder, 0);
  return changedPackage(vsix, join(folder, 'settable-clock.vsix'), { prelude: prelude(fileIn(folder)) });
}

export async function setClock(folder: string, hours: number): Promise<void> {
  await writeFile(fileIn(folder), String(hours * 3_600_000));
}
