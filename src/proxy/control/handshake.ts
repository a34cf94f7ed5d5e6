import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { FrameSeal } from './frame-seal.ts';
import type { Role } from './frame-seal.ts';
import type { Frame, FramedSocket } from './framed-socket.ts';

/** Of the messages; a proxy that speaks another one is not attached to. */
const protocol = 2;

export interface Hello extends Frame {
  readonly type: 'hello';
  readonly protocol: number;
  /** A digest of the code that runs, which says whether both are of one version. */
  readonly bundle: string;
  readonly nonce: string;
}

export interface Peers {
  readonly window: Hello;
  readonly process: Hello;
}

export function newHello(bundle: string): Hello {
  return { type: 'hello', protocol, bundle, nonce: randomBytes(24).toString('base64url') };
}

/**
 * Shows the window's side that the process holds the key, and the other way round, before either says anything else. A
 * proof is good for these two greetings and this role only, and what follows is sealed for these two: who hands the
 * greetings on between them has no use of it. Resolves to both greetings; rejects when the other side is not who it should be.
 */
export async function greetProcess(socket: FramedSocket, key: Buffer, own: Hello): Promise<Peers> {
  socket.send(own);
  const frame = await socket.next();
  const peers = { window: own, process: asHello(frame) };
  check(key, 'process', peers, frame);
  const proof: WithProof = { type: 'proof', proof: proofOf(key, 'window', peers) };
  socket.send(proof);
  socket.seal(sealOf(key, 'window', peers));
  if ((await socket.next()).type !== 'welcome') throw new Error('not welcome');
  return peers;
}

/** The same from the other side. */
export async function greetWindow(socket: FramedSocket, key: Buffer, own: Hello): Promise<Peers> {
  const peers = { window: asHello(await socket.next()), process: own };
  const proven: Hello & WithProof = { ...own, proof: proofOf(key, 'process', peers) };
  socket.send(proven);
  const frame = await socket.next();
  if (frame.type !== 'proof') throw new Error('no proof');
  check(key, 'window', peers, frame);
  socket.seal(sealOf(key, 'process', peers));
  socket.send({ type: 'welcome' });
  return peers;
}

interface WithProof extends Frame {
  readonly proof: string;
}

function said({ window, process }: Peers): readonly unknown[] {
  return [window, process].flatMap(({ protocol, bundle, nonce }) => [protocol, bundle, nonce]);
}

function proofOf(key: Buffer, role: Role, peers: Peers): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([role, ...said(peers)]))
    .digest('base64url');
}

function sealOf(key: Buffer, own: Role, peers: Peers): FrameSeal {
  return new FrameSeal(key, JSON.stringify(said(peers)), own);
}

function check(key: Buffer, role: Role, peers: Peers, frame: Frame): void {
  const expected = Buffer.from(proofOf(key, role, peers));
  const given = Buffer.from(hasProof(frame) ? frame.proof : '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('wrong proof');
}

function hasProof(frame: Frame): frame is WithProof {
  return 'proof' in frame && typeof frame.proof === 'string';
}

function asHello(frame: Frame): Hello {
  if (!isHello(frame)) throw new Error('no greeting');
  return frame;
}

function isHello(frame: Frame): frame is Hello {
  if (frame.type !== 'hello') return false;
  const { protocol, bundle, nonce } = frame as Partial<Hello>;
  return typeof protocol === 'number' && typeof bundle === 'string' && typeof nonce === 'string';
}
