import { hash } from 'node:crypto';
import type { TrackingServer } from '../configuration/configuration.ts';

const idLength = 16;

/** Names a tracking server in the tokens that Python gets, and says nothing of it. */
export function upstreamId({ origin, basePath }: TrackingServer): string {
  return hash('sha256', origin + basePath, 'base64url').slice(0, idLength);
}

/**
 * The session token as Python gets it: good for one tracking server, so that a kernel that was started for another one
 * does not write to this one after a switch, whatever MLflow it has, and without the interception package.
 */
export function clientToken(sessionToken: string, tracking: TrackingServer): string {
  return `${sessionToken}.${upstreamId(tracking)}`;
}

/** What only the proxy and its clients know of such a token; the rest names the tracking server. */
export function secretOf(token: string): string {
  const end = token.lastIndexOf('.');
  return end === -1 ? token : token.slice(0, end);
}
