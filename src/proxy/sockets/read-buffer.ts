import { connect, Socket } from 'node:net';
import type { SocketConstructorOpts, OnReadOpts } from 'node:net';
import type { HostAndPort } from './host-and-port.ts';

/**
 * A piece up to here is copied by whoever needs it longer, and is read where all sockets read: that memory stays in the
 * processor's cache. A larger one may be lent until it is written, and is its socket's own.
 */
export const smallPieceBytes = 16_384;
const shared = Buffer.allocUnsafeSlow(65_536);
const ownBytes = 131_072;

/** A socket, and how to listen for its bytes. */
export interface SocketReader {
  readonly socket: Socket;
  /** To be called once. The bytes are valid only until the listener returns. */
  readonly listen: (receive: (bytes: Buffer) => void) => void;
}

/** Reads into the same memory again and again, where Node would allocate 64 KiB for each read. */
export function connectPlain(target: HostAndPort): SocketReader {
  const { onread, listen } = readInto();
  return { socket: connect({ ...target, noDelay: true, onread }), listen };
}

/**
 * The same for a connection that was accepted. Node has that option only for sockets that one makes oneself, so one
 * is made around the accepted one's handle; where there is none, the socket is taken as it is.
 */
export function acceptPlain(accepted: Socket): SocketReader {
  const holder = accepted as unknown as { _handle?: object | null };
  const handle = holder._handle;
  if (handle === undefined || handle === null) return eventSocket(accepted);
  holder._handle = null;
  // Counts as a closed connection of the server's.
  accepted.destroy();
  const { onread, listen } = readInto();
  const options: SocketConstructorOpts & { readonly handle: object } = { handle, onread };
  const socket = new Socket(options);
  return {
    socket,
    listen: (receive) => {
      listen(receive);
      socket.resume();
    },
  };
}

/** A socket that was not made for reading into a buffer; it may have been paused until now. */
export function eventSocket(socket: Socket): SocketReader {
  return { socket, listen: (receive) => socket.on('data', receive).resume() };
}

function readInto(): { readonly onread: OnReadOpts } & Pick<SocketReader, 'listen'> {
  let current = shared;
  let receive: (bytes: Buffer) => void = () => undefined;
  const callback = (length: number): boolean => {
    if (current === shared && length > smallPieceBytes) {
      current = Buffer.allocUnsafeSlow(ownBytes);
      receive(Buffer.from(shared.subarray(0, length)));
    } else {
      receive(current.subarray(0, length));
    }
    return true;
  };
  return { onread: { buffer: () => current, callback }, listen: (listener) => (receive = listener) };
}
