import type { ConnectionDependencies } from '../connection/dependencies.ts';
import { providerOf } from '../providers/providers.ts';
import { homeFolder } from './home-folder.ts';

/** Files of this machine that are looked at while there is trouble. */
export const watchedFiles: ConnectionDependencies['files'] = {
  signIn: ({ source }) =>
    providerOf(source).signInFiles(source, { environment: process.env, homeFolder: homeFolder() }),
  certificates: ({ source, caFile }) => {
    const named = [caFile, process.env['NODE_EXTRA_CA_CERTS']].filter((file) => file !== undefined);
    return [...named, ...providerOf(source).certificateFiles(source)].filter((file) => file !== '');
  },
};
