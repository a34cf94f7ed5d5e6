import { parentPort } from 'node:worker_threads';
import * as tls from 'node:tls';

/** The entry of the thread that asks the operating system for its certificates: the call blocks, some systems for 40 s. */
const { getCACertificates } = tls as Partial<Pick<typeof tls, 'getCACertificates'>>;
// An editor's Node may be older than this function (22.15) or built without it.
parentPort?.postMessage(getCACertificates?.('system') ?? []);
