import type { SourceConfiguration, TrackingServer } from './configuration.ts';
import { vaultIdentity } from '../providers/vault/identity.ts';

/**
 * Under which name the sign-in secrets of a source are kept: where they may be sent, and as whom. Changed
 * settings find nothing there, so a secret never follows them to another place.
 */
export function bootstrapScope(source: SourceConfiguration, tracking: TrackingServer): string {
  switch (source.provider) {
    case 'vault': {
      const { address, namespace, authMethod, authMount } = source;
      return JSON.stringify(['vault', address, namespace, authMethod, authMount, vaultIdentity(source)]);
    }
    case 'aws':
    case 'azure':
      return JSON.stringify([source.provider]);
    case 'stored':
      return storedScope(tracking.origin);
  }
}

export function storedScope(trackingOrigin: string): string {
  return JSON.stringify(['stored', trackingOrigin]);
}
