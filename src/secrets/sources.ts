import type { SourceConfiguration } from '../connection/configuration.ts';
import { createStoredSource } from './providers/stored.ts';
import type { SecretSource, SourceContext } from './source.ts';

/** Makes the configured source. Its SDK is loaded here, on first use, and no other. */
export async function loadSource(
  configuration: SourceConfiguration,
  context: SourceContext,
): Promise<SecretSource> {
  switch (configuration.provider) {
    case 'vault': {
      const { createVaultSource } = await import('./providers/vault.ts');
      return createVaultSource(configuration, context);
    }
    case 'aws': {
      const { createAwsSource } = await import('./providers/aws.ts');
      return createAwsSource(configuration, context);
    }
    case 'azure': {
      const { createAzureSource } = await import('./providers/azure.ts');
      return createAzureSource(configuration, context);
    }
    case 'stored':
      return createStoredSource(context);
  }
}
