import { parseArgs } from 'node:util';

export const providers = ['vault', 'stored'] as const;
export type Provider = (typeof providers)[number];

export interface DemoOptions {
  readonly provider: Provider;
  /** Ends when all is done, instead of staying up. */
  readonly once: boolean;
  /** Where the outcome is written as JSON. */
  readonly json: string | undefined;
}

export const usage = `npm run demo -- [--provider ${providers.join('|')}] [--once] [--json FILE]

  --provider  where the MLflow password is kept (vault)
  --once      end when all is done; without it, and at a terminal, everything stays up until Ctrl-C
  --json      write the outcome to this file`;

/** Throws with the usage for what it does not know. */
export function readOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      provider: { type: 'string', default: 'vault' },
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const provider = providers.find((name) => name === values.provider);
  if (provider === undefined) throw new Error(`There is no provider ${values.provider}.\n\n${usage}`);
  return { provider, once: values.once || !isTerminal, json: values.json };
}
