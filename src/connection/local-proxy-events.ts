import type { Problem } from '../problem.ts';
import type { DenialReason, FromWorker, ProxyStatistics } from '../proxy/messages.ts';
import type { UpstreamTrouble } from '../proxy/upstream-trouble.ts';

export interface LocalProxyEvents {
  onCredentialNeeded(need: Extract<FromWorker, { type: 'credentialNeeded' }>): void;
  onCredentialOutcome(outcome: Extract<FromWorker, { type: 'credentialOutcome' }>): void;
  onLent(secret: Extract<FromWorker, { type: 'lent' }>['secret']): void;
  onStatistics(statistics: ProxyStatistics): void;
  onDenied(reason: DenialReason, count: number, detail: string): void;
  onUpstream(trouble: UpstreamTrouble): void;
  /** The proxy is gone and cannot be brought back now. */
  onLost(problem: Problem): void;
  /** Nothing listens until the proxy is restarted. */
  onInterrupted(reason: string): void;
  /** Another window ended it, for all windows. */
  onEnded(): void;
  /** It listens again, or could: the port that it failed to get is free. */
  onRestored(): void;
}

const ignore = (): void => undefined;

/** For whoever needs to hear of nothing. */
export const silentEvents: LocalProxyEvents = {
  onCredentialNeeded: ignore,
  onCredentialOutcome: ignore,
  onLent: ignore,
  onStatistics: ignore,
  onDenied: ignore,
  onUpstream: ignore,
  onLost: ignore,
  onInterrupted: ignore,
  onEnded: ignore,
  onRestored: ignore,
};

export function reportTo(
  events: LocalProxyEvents,
  message: Exclude<FromWorker, { type: 'listening' | 'listenFailed' }>,
): void {
  switch (message.type) {
    case 'credentialNeeded':
      events.onCredentialNeeded(message);
      break;
    case 'statistics':
      events.onStatistics(message.statistics);
      break;
    case 'denied':
      events.onDenied(message.reason, message.count, message.detail);
      break;
    case 'upstreamTrouble':
      events.onUpstream(message);
      break;
    case 'credentialOutcome':
      events.onCredentialOutcome(message);
      break;
    case 'lent':
      events.onLent(message.secret);
      break;
    case 'drained':
    case 'closed':
      break;
  }
}
