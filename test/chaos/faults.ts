import { extensionFaults } from './extension-faults.ts';
import type { Fault } from './fault.ts';
import { proxyFaults } from './proxy-faults.ts';
import { secretStorageFaults } from './secret-storage-faults.ts';
import { serverFaults } from './server-faults.ts';
import { windowFaults } from './window-faults.ts';

/** All of them, in the order in which they are made. */
export const faults: readonly Fault[] = [
  ...windowFaults(),
  ...proxyFaults(),
  ...extensionFaults(),
  ...secretStorageFaults(),
  ...serverFaults(),
];
