import type { AuthMode, ConnectionConfiguration } from '../configuration/configuration.ts';
import { probeLocalProxy, proxyWords } from './probe-local-proxy.ts';
import { signedInCalls } from './server-verdict.ts';
import type { SignedInCall } from './server-verdict.ts';
import type { ServerFinding } from './state.ts';
import { cutOff, findingOf, findingOfOwn, noResponse } from './upstream-problems.ts';

/**
 * For all calls together. The first is longer than the local proxy waits for the secret store when the server rejects the
 * credential (`rejectionTimeoutMs`): a slow store is not a server that does not respond. A server that is away is asked
 * again soon, and not waited for; what it says later counts for the next question.
 */
const checkTimeoutMs = { usual: 20_000, whileAway: 5000, atMost: 30_000 };

type Asked = Promise<ServerFinding | undefined>;

export interface LocalAccess {
  readonly port: number;
  readonly clientToken: string;
  /** Of the credential that the local proxy sends. */
  readonly version?: number | undefined;
  /** Of the same, where that is known. */
  readonly authMode?: AuthMode;
}

/**
 * Asks the tracking server, through the local proxy as Python does, whether it accepts the credential. The result is
 * `undefined` where nothing can be said, because the local proxy is not there or has no credential.
 */
export function credentialCheck(
  configuration: ConnectionConfiguration,
  access: () => LocalAccess | undefined,
): (signal: AbortSignal) => Promise<ServerFinding | undefined> {
  /** From the one on that decided last: the calls before it say nothing of this server. */
  let calls = signedInCalls;
  /** A server may reject the credential in one call and serve Python: the next question about the same credential is the next call. */
  let rejected: { readonly version: number | undefined; readonly next: readonly SignedInCall[] } | undefined;
  let timeoutMs = checkTimeoutMs.usual;
  /** A question that was given up, and that a slow server may still answer. */
  let late: { readonly of: number | undefined; readonly asked: Asked } | undefined;
  /** What a whole question found: one that is given up sooner knows no better. */
  let trouble: ServerFinding | undefined;

  async function askInTurn(found: LocalAccess, signal: AbortSignal): Asked {
    const { version } = found;
    const inTurn = rejected?.version === version ? (rejected?.next ?? calls) : calls;
    for (const [index, call] of inTurn.entries()) {
      const finding = await ask(call, configuration, found, signal);
      if (signal.aborted) return undefined;
      if (finding === 'undecided') continue;
      const next = inTurn.slice(index + 1);
      rejected = finding?.kind === 'rejected' && next.length > 0 ? { version, next } : undefined;
      calls = finding?.kind === 'accepted' ? inTurn.slice(index) : signedInCalls;
      return finding;
    }
    return undefined;
  }

  return async (signal) => {
    const found = access();
    if (found === undefined) return undefined;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMs.atMost)]);
    const asked = askInTurn(found, bounded);
    void asked.then((finding) => (trouble = finding?.kind === 'unavailable' ? finding : undefined));
    const before = late?.of === found.version ? late?.asked : undefined;
    const finding = await Promise.race([asked, acceptedBy(before), aborted(AbortSignal.timeout(timeoutMs))]);
    late = finding === 'aborted' ? { of: found.version, asked } : undefined;
    if (signal.aborted) return undefined;
    if (finding === 'aborted') {
      const problem = noResponse(configuration, timeoutMs / 1000);
      const isWhole = timeoutMs === checkTimeoutMs.usual;
      timeoutMs = checkTimeoutMs.whileAway;
      return isWhole || trouble === undefined ? { kind: 'unavailable', problem } : trouble;
    }
    timeoutMs = finding?.kind === 'unavailable' ? checkTimeoutMs.whileAway : checkTimeoutMs.usual;
    return finding;
  };
}

/** Settles only where the credential was accepted: anything else may be of a time before. */
async function acceptedBy(asked: Asked | undefined): Promise<ServerFinding> {
  const finding = await asked;
  return finding?.kind === 'accepted' ? finding : new Promise(() => undefined);
}

function isOfPage(finding: ServerFinding | undefined): boolean {
  if (finding === undefined || finding.kind === 'accepted') return false;
  return finding.problem.code === 'upstream.wall' || finding.problem.code === 'upstream.notMlflow';
}

async function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

async function ask(
  call: SignedInCall,
  configured: ConnectionConfiguration,
  { port, clientToken, authMode = configured.authMode }: LocalAccess,
  signal: AbortSignal,
): Promise<ServerFinding | 'undecided' | undefined> {
  const configuration = { ...configured, authMode };
  const path = configuration.tracking.basePath + call.path;
  const response = await probeLocalProxy(port, path, clientToken, signal);
  if (response.kind === 'none') return undefined;
  if (response.kind === 'cutOff') return cutOff(configuration);
  if (response.isOwn) {
    const finding = findingOfOwn(proxyWords(response) ?? { message: '' }, configuration);
    return !call.isEverywhere && isOfPage(finding) ? 'undecided' : finding;
  }
  const verdict = call.judge(response);
  return verdict === undefined ? 'undecided' : findingOf(verdict, configuration);
}
