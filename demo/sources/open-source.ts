import type { Provider } from '../options.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

/** Starts what a provider needs; a provider that is not used is not even loaded. */
export async function openSource(provider: Provider, around: SourceSurroundings): Promise<DemoSource> {
  switch (provider) {
    case 'vault':
      return (await import('./vault.ts')).vaultSource(around);
    case 'aws':
      return (await import('./aws.ts')).awsSource(around);
    case 'azure':
      return (await import('./azure.ts')).azureSource(around);
    case 'stored':
      return (await import('./stored.ts')).storedSource(around);
  }
}
