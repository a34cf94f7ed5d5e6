import { providerIds } from '../../settings/manifest.ts';
import type { ProviderId } from '../../settings/manifest.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { ProviderSteps } from './step-kit.ts';
import { awsSteps } from './steps/aws.ts';
import { azureSteps } from './steps/azure.ts';
import { storedSteps } from './steps/stored.ts';
import { vaultSteps } from './steps/vault.ts';

/** What the wizard asks for each provider; a new one is a file in steps/ and a line here. */
export const stepsOf: Readonly<Record<ProviderId, ProviderSteps>> = {
  vault: vaultSteps,
  aws: awsSteps,
  azure: azureSteps,
  stored: storedSteps,
};

/** The steps for the provider that these settings name, if they name one. */
export function stepsFor(settings: SettingTexts): ProviderSteps | undefined {
  const id = providerIds.find((one) => one === settings.provider);
  return id && stepsOf[id];
}
