/** One of the things measured side by side. */
export interface Target {
  readonly name: 'direct' | 'nginx' | 'proxy';
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
