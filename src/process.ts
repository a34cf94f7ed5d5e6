import { serveProxy } from './proxy/process/main.ts';

/** The entry of the proxy's own process: it alone knows both the proxy and what fetches secrets beside it. */
serveProxy({ loadAlone: async () => import('./alone/alone.ts') });
