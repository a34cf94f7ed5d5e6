import { labels } from '../../src/vscode/labels.ts';
import { trackingUri } from '../company.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

/** The password is typed into VS Code, and stored in its secret storage. */
export function storedSource({ signIn }: SourceSurroundings): DemoSource {
  return {
    projectSettings: { 'mlflowSecretsAuth.provider': 'stored' },
    machineSettings: {},
    env: {},
    hosts: {},
    typeCredential: async (workbench) => {
      await workbench.answer(labels.storedUserPrompt(trackingUri), signIn.user);
      await workbench.answerSecretly(labels.storedPasswordPrompt(signIn.user, trackingUri), signIn.password);
    },
    secrets: [],
    notes: [],
    stop: async () => Promise.resolve(),
  };
}
