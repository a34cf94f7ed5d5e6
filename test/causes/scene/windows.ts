import { randomUUID } from 'node:crypto';
import { commands } from '../../../src/settings/manifest.ts';
import type { PersonsAct } from '../cause.ts';
import { mlflowPassword } from '../parts.ts';
import type { Parts } from '../parts.ts';
import type { WindowOptions } from '../window/cause-window.ts';

type Values = Readonly<Record<string, unknown>>;

/** Settings of ours, by their key without the section. */
export function ours(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`mlflowSecretsAuth.${key}`, value]),
  );
}

/** MLflow's administrator, as a store holds it. */
export const credential = { username: 'admin', password: mlflowPassword };

/** As VS Code's secret storage has it. */
export const entered = { 'stored.credential': JSON.stringify(credential) };

/** User name and password were entered in VS Code; `changes` over a working connection. */
export async function storedWindow(
  parts: Parts,
  changes: Values = {},
  stored: object = credential,
): Promise<WindowOptions> {
  const settings = ours({
    trackingUri: changes['trackingUri'] ?? (await parts.mlflow()).origin,
    ...{ provider: 'stored', 'auth.mode': 'basic' },
    ...changes,
  });
  return { settings, entered: { 'stored.credential': JSON.stringify(stored) } };
}

/** The credential is in Vault. */
export async function vaultWindow(
  parts: Parts,
  changes: Values,
  own: WindowOptions['entered'] = {},
): Promise<WindowOptions> {
  const { origin } = await parts.mlflow();
  const common = {
    trackingUri: origin,
    provider: 'vault',
    'auth.mode': 'basic',
    'vault.authMethod': 'token',
  };
  return { settings: ours({ ...common, ...changes }), entered: own };
}

/** For what belongs to one row. */
export function newName(): string {
  return `row-${randomUUID()}`;
}

/** The credential is in AWS Secrets Manager. */
export async function awsWindow(
  parts: Parts,
  changes: Values,
  environment: Readonly<Record<string, string>>,
): Promise<WindowOptions> {
  const common = { trackingUri: (await parts.mlflow()).origin, provider: 'aws', 'auth.mode': 'basic' };
  return { settings: ours({ ...common, ...changes }), environment };
}

/** The credential is in Azure Key Vault; its name and that of the sign-in lead to this machine. */
export async function azureWindow(
  parts: Parts,
  changes: Values,
  environment: Readonly<Record<string, string>>,
): Promise<WindowOptions> {
  const { certificates, tokens } = await parts.azure();
  const common = {
    trackingUri: (await parts.mlflow()).origin,
    ...{ provider: 'azure', 'auth.mode': 'basic', 'azure.signIn': 'environment' },
    'azure.secretName': 'mlflow-auth',
    'tls.caFile': certificates.caFile,
  };
  return {
    settings: ours({ ...common, ...changes }),
    environment: { AZURE_AUTHORITY_HOST: tokens.url, ...environment },
    localNames: ['mlflow.vault.azure.net'],
  };
}

/** By *MLflow: Sign In Again*, with these answers to what it asks for. */
export function enteredAgain(...answers: readonly string[]): PersonsAct {
  return {
    because: 'only a person knows what has to be entered',
    act: async (window) => window.run(commands.enterCredential, answers),
  };
}
