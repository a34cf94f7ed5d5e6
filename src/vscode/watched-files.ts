import type { ConnectionDependencies } from '../connection/dependencies.ts';
import type { CertificatePath, ServerVerification } from '../network/server-verification.ts';
import { filesOf } from '../network/store-certificates.ts';
import { providerOf } from '../providers/providers.ts';
import { homeFolder } from './home-folder.ts';

/** Files of this machine that are looked at while there is trouble. */
export const watchedFiles: ConnectionDependencies['files'] = {
  signIn: ({ source }) =>
    providerOf(source).signInFiles(source, { environment: process.env, homeFolder: homeFolder() }),
  certificates: ({ source, caFile, nodeCaFile, verification, clientCertificate }) => {
    const { certFile, keyFile } = clientCertificate ?? {};
    const named = [caFile, nodeCaFile, certFile, keyFile];
    return [
      ...named.filter((file) => file !== undefined),
      ...pathsOf(verification).flatMap(filesOf),
      ...providerOf(source).certificateFiles(source),
    ];
  },
};

function pathsOf(verification: ServerVerification): readonly CertificatePath[] {
  switch (verification.kind) {
    case 'roots':
      return verification.added;
    case 'only':
      return [verification];
    case 'none':
      return [];
  }
}
