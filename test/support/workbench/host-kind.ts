/** Where VS Code's window comes from. */
export type HostKind = 'desktop' | 'server';

/**
 * The desktop editor where there is a display and its download answers within seconds; its server with the web
 * workbench otherwise. `VSCODE_HOST=desktop` or `server` decides without asking.
 */
export async function chooseHost(environment: NodeJS.ProcessEnv = process.env): Promise<HostKind> {
  const chosen = environment['VSCODE_HOST'];
  if (chosen === 'desktop' || chosen === 'server') return chosen;
  const hasDisplay =
    process.platform !== 'linux' || Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  if (!hasDisplay) return 'server';
  try {
    const url = 'https://update.code.visualstudio.com/api/releases/stable';
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok ? 'desktop' : 'server';
  } catch {
    // No network, or a company's firewall: the packages of the registries are still to be had.
    return 'server';
  }
}
