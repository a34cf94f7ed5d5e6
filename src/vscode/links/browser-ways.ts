import * as l10n from '@vscode/l10n';
import type { ServerCheckDependencies } from '../diagnosis/temporary-proxy.ts';
import { withQuietProgress } from '../sinks/messages.ts';
import { askBrowserWay } from './browser-way.ts';
import type { AskedServer, BrowserWay } from './browser-way.ts';

/** How a browser gets to see each tracking server, which is asked once in a window. */
export class BrowserWays {
  readonly #dependencies: ServerCheckDependencies;
  readonly #known = new Map<string, BrowserWay>();

  constructor(dependencies: ServerCheckDependencies) {
    this.#dependencies = dependencies;
  }

  async of(server: AskedServer): Promise<BrowserWay> {
    const address = server.origin + server.basePath;
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const found = await withQuietProgress(l10n.t('Asking {0}', server.origin), async () =>
      askBrowserWay(server, this.#dependencies),
    );
    // Of a server that is away, nothing is known.
    if (found !== undefined) this.#known.set(address, found);
    return found ?? 'server';
  }
}
