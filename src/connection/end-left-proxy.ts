import { atMost } from '../deadline.ts';
import type { ToProcess } from '../proxy/control/control-messages.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';

const endTimeoutMs = 2000;

/** Ends a proxy to which this window is not attached: one that goes on after its last window, or `forAll`. */
export async function endLeftProxy(
  { file, ...options }: ProxyProcessOptions,
  { forAll }: { readonly forAll: boolean },
): Promise<void> {
  const place = await options.place();
  if (place === undefined) return;
  const attached = await connectControl(place, await digestOf(file));
  if (typeof attached === 'string') return;
  const { socket } = attached;
  const gone = new Promise<void>((resolve) => socket.listen(() => undefined, resolve));
  const end: ToProcess = { type: 'end', forAll };
  socket.send(end);
  await atMost(gone, endTimeoutMs);
  socket.destroy();
}
