import { atMost } from '../deadline.ts';
import type { Described, FromProcess, ToProcess } from '../proxy/control/control-messages.ts';
import { connectControl, digestOf } from './control-connection.ts';
import type { ControlPlace } from './control-place.ts';
import { tell } from './end-left-proxy.ts';
import type { ProxyProcessOptions } from './proxy-process.ts';

/** A proxy that goes on although no window is attached to it. */
export interface KeptConnection extends Pick<Described, 'folder' | 'origin' | 'clients' | 'until'> {
  readonly since: number;
  /** Unless a window has attached meanwhile. */
  readonly end: () => Promise<void>;
}

const describeTimeoutMs = 2000;

export async function keptConnections(
  places: readonly ControlPlace[],
  { file }: Pick<ProxyProcessOptions, 'file'>,
): Promise<readonly KeptConnection[]> {
  const bundle = await digestOf(file);
  const found = await Promise.all(
    places.map(async (place) => {
      const described = await describe(place, bundle);
      if (described?.since === undefined) return [];
      const end = async (): Promise<void> => tell(place, bundle, { type: 'end', forAll: false });
      return [{ ...described, since: described.since, end }];
    }),
  );
  return found.flat().toSorted((one, other) => one.since - other.since);
}

/** `undefined`: nobody is there, or a process that does not know the question. */
async function describe(place: ControlPlace, bundle: string): Promise<Described | undefined> {
  const attached = await connectControl(place, bundle);
  if (typeof attached === 'string') return undefined;
  const { socket } = attached;
  const reply = Promise.withResolvers<Described | undefined>();
  socket.listen(
    (frame) => {
      const message = frame as FromProcess;
      if (message.type === 'described') reply.resolve(message);
    },
    () => reply.resolve(undefined),
  );
  const question: ToProcess = { type: 'describe' };
  socket.send(question);
  await atMost(reply.promise, describeTimeoutMs);
  socket.destroy();
  return reply.promise;
}
