import { atMost } from '../deadline.ts';
import type { ToProcess } from '../proxy/control/control-messages.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { ControlPlace } from './control-place.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';

const endTimeoutMs = 2000;

/** Ends a proxy to which this window is not attached: one that goes on after its last window, or `forAll`. */
export async function endLeftProxy(
  { file, ...options }: ProxyProcessOptions,
  { forAll }: { readonly forAll: boolean },
): Promise<void> {
  const place = await options.place();
  if (place !== undefined) await tell(place, await digestOf(file), { type: 'end', forAll });
}

/** Ends those of these proxies that hold a credential of this sign-in while no window is there; windows end by themselves. */
export async function endProxiesOf(
  scope: string,
  places: readonly ControlPlace[],
  { file }: Pick<ProxyProcessOptions, 'file'>,
): Promise<void> {
  const bundle = await digestOf(file);
  await Promise.all(places.map(async (place) => tell(place, bundle, { type: 'forget', scope })));
}

/** Until it ends, or hangs up. */
export async function tell(place: ControlPlace, bundle: string, message: ToProcess): Promise<void> {
  const attached = await connectControl(place, bundle);
  if (typeof attached === 'string') return;
  const { socket } = attached;
  const gone = new Promise<void>((resolve) => socket.listen(() => undefined, resolve));
  socket.send(message);
  await atMost(gone, endTimeoutMs);
  socket.destroy();
}
