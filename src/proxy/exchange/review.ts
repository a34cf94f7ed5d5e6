import type { CredentialOutcome, ProxyResponse } from '../messages.ts';
import type { ResponseHead } from '../http/response-head.ts';
import { isCredentialRejection } from '../upstream/read-response-head.ts';
import type { ExchangeContext } from './exchange-client.ts';
import type { RequestPurpose } from './request-purpose.ts';

/** The request that is responded to. */
export interface ReviewedRequest {
  /** Of the credential that was sent. */
  readonly version: number;
  readonly purpose: RequestPurpose;
  /** With another credential. */
  readonly mayRepeat: boolean;
}

/** What becomes of a response: the client gets it, or this one instead, or the request is sent again. */
export type ReviewResult = 'relay' | 'repeat' | ProxyResponse;

/** Whether the head alone says that the credential was taken, so that there is nothing to review. */
export function isEvident({ status }: ResponseHead): boolean {
  return status < 300;
}

/**
 * Finds out what a response says about the credential, and whether there is another one if it was rejected. Calls `done`
 * once; returns undefined if it already has, else a function that cancels.
 */
export function review(
  { gate, outcomes, statistics }: Pick<ExchangeContext, 'gate' | 'outcomes' | 'statistics'>,
  { version, purpose, mayRepeat }: ReviewedRequest,
  { status }: ResponseHead,
  done: (result: ReviewResult) => void,
): (() => void) | undefined {
  if (!isCredentialRejection(status)) {
    done('relay');
    return undefined;
  }
  statistics.counts.rejected += 1;
  const passOn = (): void => {
    if (purpose === 'api' && status === 401) outcomes.note(version, rejected);
    done('relay');
  };
  if (!mayRepeat) {
    passOn();
    return undefined;
  }
  return gate.reject(version, (outcome) => {
    switch (outcome.kind) {
      case 'unchanged':
        passOn();
        return;
      case 'unknown':
        done(outcome.response);
        return;
      case 'changed':
        done('repeat');
    }
  });
}

const rejected: CredentialOutcome = { outcome: 'rejected', detail: { status: 401 } };
