import { serveProxy } from './proxy/process/main.ts';

/** The entry of the proxy's own process. */
serveProxy();
