import type { Environment } from '../environment.ts';

/**
 * The environment of the extension host as it was before anything of ours changed it: what Python would have found. No
 * workspace's `terminal.integrated.env` is in it.
 */
export const startEnvironment: Environment = { ...process.env };
