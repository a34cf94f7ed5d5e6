import * as l10n from '@vscode/l10n';
import { atMost } from '../deadline.ts';
import type { ToProcess } from '../proxy/control/control-messages.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { ControlPlace } from './control-place.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';
import { Problem } from '../problem.ts';
import { awaiting } from './steps.ts';

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
  await awaiting(...places.map(async (place) => tell(place, bundle, { type: 'forget', scope })))();
}

/** Until it ends, or hangs up. Rejects where one is there that does not respond, as when it is suspended: it may go on. */
export async function tell(place: ControlPlace, bundle: string, message: ToProcess): Promise<void> {
  const attached = await connectControl(place, bundle);
  if (attached === 'silent') throw silentProxy();
  if (typeof attached === 'string') return;
  const { socket } = attached;
  const gone = new Promise<void>((resolve) => socket.listen(() => undefined, resolve));
  socket.send(message);
  await atMost(gone, endTimeoutMs);
  socket.destroy();
}

function silentProxy(): Problem {
  return new Problem({
    code: 'proxy.silent',
    message: l10n.t('A local proxy does not respond, and may go on with its credential.'),
    remedy: l10n.t('End the process "mlflow-secrets-auth proxy" on this machine.'),
    retry: 'afterFix',
  });
}
