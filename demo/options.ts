import { parseArgs } from 'node:util';

/** What stands for each store, in words for the screen. */
export const stores = {
  vault: 'HashiCorp Vault (OpenBao)',
  aws: 'AWS Secrets Manager (moto)',
  azure: 'Azure Key Vault (a double: no emulator can be installed)',
  stored: 'VS Code secret storage',
} as const;
export type Provider = keyof typeof stores;
const providers = Object.keys(stores) as Provider[];

/** Where Python runs. */
export const places = ['terminal', 'notebook'] as const;
export type Place = (typeof places)[number];

export interface DemoOptions {
  readonly provider: Provider;
  readonly places: readonly Place[];
  /** Ends when all is done, instead of staying up. */
  readonly once: boolean;
  /** Where the outcome is written as JSON. */
  readonly json: string | undefined;
}

const usage = `npm run demo -- [--provider ${providers.join('|')}] [--only ${places.join('|')}] [--once] [--json FILE]

  --provider  where the MLflow password is kept (vault)
  --only      run the script in the terminal, or the notebook, instead of both
  --once      end when all is done; without it, and at a terminal, everything stays up until Ctrl-C
  --json      write the outcome to this file`;

/** Throws with the usage for what it does not know. */
export function readOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      provider: { type: 'string', default: 'vault' },
      only: { type: 'string' },
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const provider = providers.find((name) => name === values.provider);
  if (provider === undefined) throw new Error(`There is no provider ${values.provider}.\n\n${usage}`);
  const chosen = places.filter((place) => values.only === undefined || values.only === place);
  if (chosen.length === 0) throw new Error(`There is no place ${values.only}.\n\n${usage}`);
  return { provider, places: chosen, once: values.once || !isTerminal, json: values.json };
}
