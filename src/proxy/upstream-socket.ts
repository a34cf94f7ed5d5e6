import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { HostAndPort } from './upstream-address.ts';

/** Bytes of one read. Larger ones save system calls; it is not resident before it is used. */
const readBufferSize = 131_072;

/** A socket, and how its bytes are heard. */
export interface UpstreamSocket {
  readonly socket: Socket;
  /** To be called once. The bytes are valid only until the listener returns. */
  readonly listen: (receive: (bytes: Buffer) => void) => void;
}

/** Reads into one buffer again and again, where Node would allocate 64 KiB for each read. */
export function connectPlain(target: HostAndPort): UpstreamSocket {
  const buffer = Buffer.allocUnsafeSlow(readBufferSize);
  let receive: (bytes: Buffer) => void = () => socket.destroy();
  const socket = connect({
    ...target,
    noDelay: true,
    onread: {
      buffer,
      callback: (length) => {
        receive(buffer.subarray(0, length));
        return true;
      },
    },
  });
  return { socket, listen: (listener) => (receive = listener) };
}

/** A socket that was not made for reading into a buffer. */
export function eventSocket(socket: Socket): UpstreamSocket {
  return { socket, listen: (receive) => socket.on('data', receive) };
}
