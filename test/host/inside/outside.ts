import type { FromSuite } from '../channel.ts';

/** What the runner hands to the suites through the extension host's environment. */
export interface Given {
  readonly channel: string;
  readonly trackingUri: string;
  readonly user: string;
  readonly vaultAddress: string;
  /** A server that stands for an attacker's; it must never be asked. */
  readonly evilOrigin: string;
}

export const givenVariable = 'HOST_SUITE';

export function given(): Given {
  return JSON.parse(process.env[givenVariable] ?? '{}') as Given;
}

/** Sends a message to the runner; resolves to its answer, rejects with its error. */
export async function send(message: FromSuite): Promise<unknown> {
  const response = await fetch(given().channel, { method: 'POST', body: JSON.stringify(message) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(String(answer));
  return answer;
}

/** Lets the user's hands, outside, do something in the window. */
export async function hands(name: string, ...args: readonly string[]): Promise<string> {
  return String(await send({ type: 'hands', name, args }));
}
