/** How the tracking server is reached; clients of the proxy and of nginx speak http to them all the same. */
export type Scheme = 'http' | 'https';

/** One of the things measured side by side. */
export interface Target {
  readonly name: 'direct' | 'nginx' | 'proxy';
  /** What is spoken at `port`. */
  readonly scheme: Scheme;
  readonly port: number;
  /** What the client sends as `Authorization`. */
  readonly authorization: string;
}

export interface Targets {
  readonly direct: Target;
  readonly nginx: Target;
  readonly proxy: Target;
}

/** In a new order each round, so that none always runs first. */
export function interleaved(targets: Targets, round: number): Target[] {
  const list = [targets.direct, targets.nginx, targets.proxy];
  const first = round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
