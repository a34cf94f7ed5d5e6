import { startNginx } from '../../support/servers/nginx.ts';
import type { Nginx } from '../../support/servers/nginx.ts';
import type { Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import type { Front } from './front.ts';
import { newName, storedWindow } from './windows.ts';

/** A gateway that does this at first and passes everything on to MLflow once it is mended. */
export async function behindGateway(
  parts: Parts,
  server: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Planted> {
  const gateway = await startNginx({ folder: await parts.folder(newName()), server });
  return {
    window: await storedWindow(parts, { trackingUri: address(gateway), ...changes }),
    mend: async () => gateway.reconfigure(await parts.toMlflow()),
    stop: async () => gateway.stop(),
  };
}

export const address = ({ port }: Pick<Nginx, 'port'>): string => `http://127.0.0.1:${port}`;

/** MLflow at a port that leads nowhere until it is mended. */
export async function behindFront(parts: Parts, front: Front): Promise<Planted> {
  return {
    window: await storedWindow(parts, { trackingUri: address(front) }),
    mend: async () => front.become({ leadsTo: (await parts.gateway()).port }),
    stop: async () => front.stop(),
  };
}
