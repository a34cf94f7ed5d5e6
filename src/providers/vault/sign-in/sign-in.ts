import type { VaultAuthMethod } from '../../../settings/manifest.ts';
import { leaveItToTheAgent } from './agent.ts';
import { signInWithAppRole } from './app-role.ts';
import { signInWithBrowser } from './oidc.ts';
import { signInWithPassword } from './password.ts';
import type { SignInMethod } from './sign-in-input.ts';
import { useOwnToken } from './token.ts';

const methods: Readonly<Record<VaultAuthMethod, SignInMethod>> = {
  token: useOwnToken,
  approle: signInWithAppRole,
  userpass: signInWithPassword,
  ldap: signInWithPassword,
  oidc: signInWithBrowser,
  agent: leaveItToTheAgent,
};

/** Gets a token by the configured method. */
export const signIn: SignInMethod = async (input, signal, options) =>
  methods[input.configuration.authMethod](input, signal, options);
