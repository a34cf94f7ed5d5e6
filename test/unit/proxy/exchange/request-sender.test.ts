import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { eventSocket } from '../../../../src/proxy/sockets/read-buffer.ts';
import { RequestSender } from '../../../../src/proxy/exchange/request-sender.ts';
import { UpstreamConnection } from '../../../../src/proxy/upstream/connection.ts';

/** A server that takes a write when the test says so. */
function slowServer(): { readonly upstream: UpstreamConnection; readonly take: () => void } {
  let next: () => void = () => undefined;
  const socket = new Duplex({
    highWaterMark: 65_536,
    read: () => undefined,
    write: (_bytes, _encoding, done) => (next = done),
  });
  const owner = {
    address: { origin: 'https://mlflow.company.example' },
    cached: undefined,
    refusalBy: () => undefined,
    certificateRefused: () => {
      throw new Error('no certificate was asked for');
    },
    idleClosed: () => undefined,
  };
  const upstream = new UpstreamConnection(eventSocket(socket as unknown as Socket), owner);
  return { upstream, take: () => next() };
}

describe('Sending the body of a request', () => {
  const large = 4 * 2 ** 20;

  function sending(): {
    readonly sender: RequestSender;
    readonly flows: boolean[];
    readonly take: () => void;
  } {
    const flows: boolean[] = [];
    const body = { framing: { kind: 'length', length: large }, expectsContinue: false } as const;
    const sender = new RequestSender(body, { setBodyFlow: (on) => flows.push(on) });
    const { upstream, take } = slowServer();
    sender.start(upstream, Buffer.from('head'));
    return { sender, flows, take };
  }

  it('continues after a pause, though the server has yet to take a small piece', () => {
    const { sender, flows } = sending();
    sender.receive(Buffer.alloc(1000), 0);
    sender.flush();
    sender.hold();
    sender.flow();
    assert.deepEqual(flows, [true, false, true]);
  });

  it('waits until a piece in the client’s memory has been taken', async () => {
    const { sender, flows, take } = sending();
    sender.flush();
    take();
    sender.receive(Buffer.alloc(2 * 2 ** 20), 0);
    sender.flow();
    assert.deepEqual(flows, [true, false]);
    take();
    await new Promise((resolve) => setImmediate(resolve));
    sender.flow();
    assert.deepEqual(flows, [true, false, true]);
  });
});
