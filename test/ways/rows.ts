import { files } from './rows/files.ts';
import { kernels } from './rows/kernels.ts';
import { multiplexers } from './rows/multiplexers.ts';
import { apart, children, environments } from './rows/programs.ts';
import { terminals } from './rows/terminals.ts';
import { clientVersions } from './rows/versions.ts';
import type { Way } from './way.ts';

export const ways: readonly Way[] = [
  ...terminals,
  ...multiplexers,
  ...kernels,
  ...children,
  ...environments,
  ...clientVersions,
  ...apart,
  ...files,
];
