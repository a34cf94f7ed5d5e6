import { createHash } from 'node:crypto';
import { providerIds } from '../settings/manifest.ts';
import type { ProviderId, VaultAuthMethod } from '../settings/manifest.ts';
import { aws } from './aws/provider.ts';
import { azure } from './azure/provider.ts';
import type { Provider, SourceConfiguration } from './provider.ts';
import { stored } from './stored/provider.ts';
import { methods } from './vault/methods.ts';
import { vault } from './vault/provider.ts';

/** Every provider; a new one is a folder and a line here. */
const registry: Readonly<Record<ProviderId, Provider>> = { vault, aws, azure, stored };

/** In the order in which `auto` tries them. */
export const providers: readonly Provider[] = providerIds.map((id) => registry[id]);

export function providerOf({ provider }: Pick<SourceConfiguration, 'provider'>): Provider {
  return registry[provider];
}

/** The name under which the sign-in secrets of a source are kept: a digest, as it may stand in plain text where values do not. */
export function bootstrapScope(source: SourceConfiguration, trackingOrigin: string): string {
  const parts = [source.provider, ...providerOf(source).bootstrapScope(source, trackingOrigin)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** What a way to sign in to Vault is called wherever people read of it. */
export function vaultMethodLabel(method: VaultAuthMethod): string {
  return methods[method].label();
}
