import type { SourceConfiguration } from '../configuration/configuration.ts';
import { createStoredSource } from './stored/source.ts';
import type { SecretSource, SourceContext } from './source.ts';

/** Makes the configured source. Its SDK is loaded here, on first use, and no other. */
export async function loadSource(
  configuration: SourceConfiguration,
  context: SourceContext,
): Promise<SecretSource> {
  switch (configuration.provider) {
    case 'vault': {
      const { createVaultSource } = await import('./vault/source.ts');
      return createVaultSource(configuration, context);
    }
    case 'aws': {
      const { createAwsSource } = await import('./aws/source.ts');
      return createAwsSource(configuration, context);
    }
    case 'azure': {
      const { createAzureSource } = await import('./azure/source.ts');
      return createAzureSource(configuration, context);
    }
    case 'stored':
      return createStoredSource(context);
  }
}
