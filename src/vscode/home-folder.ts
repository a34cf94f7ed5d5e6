import { homedir } from 'node:os';

/**
 * The user's home folder. Without HOME and without a passwd entry there is none, and Node throws; then the root is
 * taken, as container runtimes do: only the administrator writes there.
 */
export function homeFolder(systemFolder: () => string = homedir): string {
  try {
    return systemFolder();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return '/';
    throw error;
  }
}
