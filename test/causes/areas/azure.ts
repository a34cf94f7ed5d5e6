import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyVaultDouble } from '../../support/servers/key-vault-double.ts';
import type { ErrorResponse } from '../../support/servers/key-vault-double.ts';
import { clientId, clientSecret, tenantId, TokenService } from '../../support/servers/token-service.ts';
import type { ProblemCode } from '../../../src/problem-catalogue.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { azureWindow, credential } from '../scene/windows.ts';

const value = JSON.stringify(credential);
export const signedIn = {
  AZURE_TENANT_ID: tenantId,
  AZURE_CLIENT_ID: clientId,
  AZURE_CLIENT_SECRET: clientSecret,
};

/** A vault of this row's own, with the secret in it. */
export async function inAzure(
  parts: Parts,
  environment: Readonly<Record<string, string>> = signedIn,
  ownTokens?: TokenService,
): Promise<Omit<Planted, 'mend'> & { readonly vault: KeyVaultDouble }> {
  const { certificates, tokens } = await parts.azure();
  const vault = await KeyVaultDouble.start(certificates, ownTokens ?? tokens);
  vault.secrets.set('mlflow-auth', [{ value }]);
  return {
    vault,
    window: await azureWindow(
      parts,
      { 'azure.vaultUrl': `https://mlflow.vault.azure.net:${vault.port}` },
      environment,
    ),
    storeCalls: () => vault.requests.length,
    stop: async () => vault.stop(),
  };
}

/** Key Vault REST API reference, Common parameters and errors; inner codes as the service sends them. */
function refusing(name: string, code: ProblemCode, remedy: RegExp, error: ErrorResponse): Cause {
  return {
    name,
    code,
    remedy,
    plant: async (parts) => {
      const planted = await inAzure(parts);
      planted.vault.error = error;
      return { ...planted, mend: async () => Promise.resolve((planted.vault.error = undefined)) };
    },
  };
}

export function azureCauses(): readonly Cause[] {
  return [
    refusing('the firewall of the key vault blocks this network', 'azure.firewall', /public IP address/, {
      status: 403,
      code: 'Forbidden',
      innerCode: 'ForbiddenByFirewall',
      message: 'Client address is not authorized and caller is not a trusted service.',
    }),
    refusing(
      'no role lets the Azure identity read the secret',
      'azure.deniedByRole',
      /Key Vault Secrets User/,
      {
        status: 403,
        code: 'Forbidden',
        innerCode: 'ForbiddenByRbac',
        message: 'Caller is not authorized to perform action on resource.',
      },
    ),
    {
      name: 'the secret is disabled',
      code: 'azure.disabled',
      remedy: /Enable it/,
      plant: async (parts) => {
        const planted = await inAzure(parts);
        planted.vault.secrets.set('mlflow-auth', [{ value, enabled: false }]);
        return {
          ...planted,
          mend: async () => Promise.resolve(planted.vault.secrets.set('mlflow-auth', [{ value }])),
        };
      },
    },
    {
      name: 'the key vault has no such secret',
      code: 'azure.notFound',
      remedy: /mlflowSecretsAuth\.azure\.secretName/,
      plant: async (parts) => {
        const planted = await inAzure(parts);
        planted.vault.secrets.clear();
        return {
          ...planted,
          mend: async () => Promise.resolve(planted.vault.secrets.set('mlflow-auth', [{ value }])),
        };
      },
    },
    {
      name: 'the client secret of the Azure application is wrong',
      code: 'azure.clientSecretWrong',
      remedy: /AZURE_CLIENT_SECRET/,
      plant: async (parts) => {
        const planted = await inAzure(parts, { ...signedIn, AZURE_CLIENT_SECRET: 'canary-wrong' });
        const { window } = planted;
        return {
          ...planted,
          mend: {
            because: 'VS Code has the environment variables with which it was started',
            act: { reopen: { ...window, environment: { ...window.environment, ...signedIn } } },
          },
        };
      },
    },
    {
      name: 'Microsoft Entra refuses the sign-in, as of an account that is disabled',
      code: 'azure.signInRefused',
      remedy: /AADSTS50057[^]*Azure administrator/,
      plant: async (parts) => {
        const { certificates } = await parts.azure();
        const tokens = await TokenService.start(certificates);
        tokens.refusal = 'AADSTS50057: The user account is disabled.';
        const planted = await inAzure(parts, { ...signedIn, AZURE_AUTHORITY_HOST: tokens.url }, tokens);
        return {
          ...planted,
          mend: async () => Promise.resolve((tokens.refusal = undefined)),
          stop: async () => {
            await planted.stop?.();
            await tokens.stop();
          },
        };
      },
    },
    {
      name: 'the Azure CLI is signed out',
      code: 'azure.cliSignedOut',
      remedy: /az login/,
      plant: async (parts) => {
        const planted = await inAzure(parts, {});
        const { settings } = planted.window;
        const signedOut = `#!/bin/sh\necho "ERROR: Please run 'az login' to setup account." >&2; exit 1\n`;
        return {
          ...planted,
          window: {
            ...planted.window,
            settings: { ...settings, 'mlflowSecretsAuth.azure.signIn': 'azureCli' },
            programs: { az: signedOut },
            home: { '.azure/azureProfile.json': '{}' },
          },
          // As `az login` in a terminal; the CLI's documentation has the form of what `az account get-access-token` prints.
          mend: async ({ home }) => {
            const { tokens } = await parts.azure();
            const expires = new Date(Date.now() + 3_600_000);
            const answer = {
              accessToken: await tokens.token(),
              expiresOn: expires.toISOString(),
              expires_on: Math.floor(expires.getTime() / 1000),
              subscription: tenantId,
              tenant: tenantId,
              tokenType: 'Bearer',
            };
            await writeFile(
              join(home, 'bin', 'az'),
              `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`,
            );
            await writeFile(join(home, '.azure', 'azureProfile.json'), '{"subscriptions": []}');
          },
        };
      },
    },
  ];
}
