import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

/** Where programs ask for names: nowhere else than at this port (resolv.conf(5)), which is root's. */
const port = 53;
/** Of this machine, and of nobody else's name server. */
let lastOfAddress = 53;

const typeA = 1;
const headerBytes = 12;

/** A double of a company's name server, which takes questions and answers none until it is back. */
export class NameServerDouble {
  readonly address: string;
  readonly #socket: Socket;
  #isBack = false;

  private constructor(address: string, socket: Socket) {
    this.address = address;
    this.#socket = socket;
    socket.on('message', (question, from) => {
      if (this.#isBack) socket.send(answerTo(question), from.port, from.address);
    });
  }

  static async open(): Promise<NameServerDouble> {
    const address = `127.53.0.${(lastOfAddress += 1)}`;
    const socket = createSocket('udp4');
    socket.bind(port, address);
    await once(socket, 'listening');
    return new NameServerDouble(address, socket);
  }

  /** From now on all names are of this machine. */
  async back(): Promise<void> {
    this.#isBack = true;
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

/** RFC 1035, section 4: the question again, and 127.0.0.1 for what asks for an address of IPv4. */
function answerTo(question: Buffer): Buffer {
  const endOfName = question.indexOf(0, headerBytes) + 1;
  const asked = question.subarray(headerBytes, endOfName + 4);
  const isForA = question.readUInt16BE(endOfName) === typeA;
  const header = Buffer.from(question.subarray(0, headerBytes));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isForA ? 1 : 0, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  const record = Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat(isForA ? [header, asked, record] : [header, asked]);
}
