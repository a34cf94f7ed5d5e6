import type { ConnectionDependencies } from '../connection/dependencies.ts';
import type { ServerVerification } from '../network/server-verification.ts';
import { providerOf } from '../providers/providers.ts';
import { homeFolder } from './home-folder.ts';

/** Files of this machine that are looked at while there is trouble. */
export const watchedFiles: ConnectionDependencies['files'] = {
  signIn: ({ source }) =>
    providerOf(source).signInFiles(source, { environment: process.env, homeFolder: homeFolder() }),
  certificates: ({ source, caFile, verification, clientCertificate }) => {
    const { certFile, keyFile } = clientCertificate ?? {};
    const named = [
      caFile,
      process.env['NODE_EXTRA_CA_CERTS'],
      certFile,
      keyFile,
      ...pathsOf(verification),
    ].filter((file) => file !== undefined);
    return [...named, ...providerOf(source).certificateFiles(source)].filter((file) => file !== '');
  },
};

function pathsOf(verification: ServerVerification): readonly string[] {
  switch (verification.kind) {
    case 'roots':
      return verification.added.map(({ path }) => path);
    case 'only':
      return [verification.path];
    case 'none':
      return [];
  }
}
