import { parseArgs } from 'node:util';

/** What stands in for each store, in words for the screen. */
export const stores = {
  vault: 'HashiCorp Vault (OpenBao)',
  aws: 'AWS Secrets Manager (moto)',
  azure: 'Azure Key Vault (a test double, as no emulator can be installed)',
  stored: "VS Code's secret storage",
} as const;
export type Provider = keyof typeof stores;
const providers = Object.keys(stores) as Provider[];

/** Where Python runs. */
export const places = ['terminal', 'notebook'] as const;
export type Place = (typeof places)[number];

export interface DemoOptions {
  readonly provider: Provider;
  readonly places: readonly Place[];
  /** Stops when everything is done, instead of waiting for Ctrl-C. */
  readonly once: boolean;
  /** Where the result is written as JSON. */
  readonly json: string | undefined;
  /** A folder for the pictures of the README, which are taken instead of everything else. */
  readonly pictures: string | undefined;
}

const usage = `npm run demo -- [--provider ${providers.join('|')}] [--only ${places.join('|')}] [--once] [--json FILE] [--pictures FOLDER]

  --provider  where the MLflow password is stored (default: vault)
  --only      run the script in the terminal or the notebook instead of both
  --once      stop when everything is done; without it, in a terminal, everything keeps running until Ctrl-C
  --json      write the result to this file as JSON
  --pictures  only take the pictures of the README, and write them to this folder`;

/** Throws with the usage for what it does not know. */
export function readOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      provider: { type: 'string', default: 'vault' },
      only: { type: 'string' },
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
      pictures: { type: 'string' },
    },
  });
  const provider = providers.find((name) => name === values.provider);
  if (provider === undefined) throw new Error(`Unknown provider "${values.provider}".\n\n${usage}`);
  const chosen = places.filter((place) => values.only === undefined || values.only === place);
  if (chosen.length === 0) throw new Error(`Unknown value "${values.only}" of --only.\n\n${usage}`);
  const { json, pictures } = values;
  return { provider, places: chosen, once: values.once || !isTerminal, json, pictures };
}
