import type { Provider } from '../options.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

/** Starts what a provider needs; a provider that is not used is not even loaded. */
export async function openSource(provider: Provider, around: SourceSurroundings): Promise<DemoSource> {
  switch (provider) {
    case 'vault':
      return (await import('./vault.ts')).vaultSource(around);
    case 'stored':
      return (await import('./stored.ts')).storedSource(around);
  }
}
