import { startNginx } from '../../support/servers/nginx.ts';
import { passOn } from '../../support/servers/pass-on.ts';
import { TokenService } from '../../support/servers/token-service.ts';
import type { Cause, Planted } from '../cause.ts';
import { azureSignInName } from '../parts.ts';
import { NameServerDouble } from '../scene/name-server.ts';
import { secretIn } from '../scene/vault.ts';
import { newName, ours, storedWindow, vaultWindow } from '../scene/windows.ts';
import { inAws, signedIn as adminOfMoto } from './aws.ts';
import { inAzure, signedIn as azureApplication } from './azure.ts';
import { canHaveOwnHosts } from '../window/cause-window.ts';

/** Where names are looked up: rows of their own, as only root can be a name server for programs. */
export function nameCauses(): readonly Cause[] {
  if (!canHaveOwnHosts() || process.getuid?.() !== 0) return [];
  return [
    {
      name: 'the name server does not respond to who asks for the tracking server',
      code: 'upstream.dns',
      remedy: /network and the VPN/,
      plant: async (parts) => {
        const host = 'mlflow.company.example';
        const names = await NameServerDouble.open();
        const tls = await parts.certificatesFor(newName(), [host]);
        const folder = await parts.folder(newName());
        const gateway = await startNginx({ folder, server: await parts.toMlflow(), tls });
        const window = await storedWindow(parts, {
          trackingUri: `https://${host}:${gateway.port}`,
          'tls.caFile': tls.caFile,
        });
        return {
          window: { ...window, nameServer: names.address },
          mend: async () => names.back(),
          stop: async () => {
            await gateway.stop();
            await names.stop();
          },
        };
      },
    },
    {
      name: 'the name server does not respond to who asks for Vault',
      code: 'vault.dns',
      remedy: /whether a VPN is needed/,
      plant: async (parts) => {
        const host = 'vault.company.example';
        const names = await NameServerDouble.open();
        const certificates = await parts.certificatesFor(newName(), [host]);
        const bao = await parts.bao();
        const front = await passOn(0, Number(new URL(bao.address).port), certificates);
        const { settings, entered } = await secretIn(bao);
        const elsewhere = {
          'vault.address': `https://${host}:${front.port}`,
          'tls.caFile': certificates.caFile,
        };
        return {
          window: {
            ...(await vaultWindow(parts, { ...settings, ...elsewhere }, entered)),
            nameServer: names.address,
          },
          mend: async () => names.back(),
          stop: async () => {
            await front.stop();
            await names.stop();
          },
        };
      },
    },
    {
      name: 'the name server does not respond to who asks for AWS Secrets Manager',
      code: 'aws.dns',
      remedy: /whether a VPN is needed/,
      plant: async (parts) => {
        const host = 'secrets.company.example';
        const planted = await inAws(parts, adminOfMoto);
        const certificates = await parts.certificatesFor(newName(), [host]);
        const front = await passOn(0, Number(new URL(planted.gateway.url).port), certificates);
        const endpoint = `https://${host}:${front.port}`;
        return unnamed(planted, { 'aws.endpoint': endpoint, 'tls.caFile': certificates.caFile }, async () =>
          front.stop(),
        );
      },
    },
    {
      name: 'the name server does not respond to who asks for the key vault',
      code: 'azure.dns',
      remedy: /whether a VPN is needed/,
      plant: async (parts) => unnamed(await inAzure(parts)),
    },
    {
      name: 'the name server does not respond to who asks for the sign-in of Azure',
      code: 'azure.dns',
      remedy: /whether a VPN is needed/,
      plant: async (parts) => {
        const { certificates } = await parts.azure();
        const tokens = await TokenService.start(certificates);
        // It names its own addresses, and these have to be where it was asked.
        tokens.url = `https://${azureSignInName}:${tokens.port}`;
        const environment = { ...azureApplication, AZURE_AUTHORITY_HOST: tokens.url };
        const planted = await inAzure(parts, environment, tokens);
        const { localNames = [] } = planted.window;
        const hidden = await unnamed(planted, {}, async () => tokens.stop());
        return { ...hidden, window: { ...hidden.window, localNames } };
      },
    },
  ];
}

/** The same, where all names are asked of a name server that does not respond. */
async function unnamed(
  { window, stop, storeCalls }: Omit<Planted, 'mend'>,
  changes: Readonly<Record<string, unknown>> = {},
  alsoStop: () => Promise<void> = async () => Promise.resolve(),
): Promise<Planted> {
  const names = await NameServerDouble.open();
  return {
    window: {
      ...window,
      settings: { ...window.settings, ...ours(changes) },
      localNames: [],
      nameServer: names.address,
    },
    ...(storeCalls && { storeCalls }),
    mend: async () => names.back(),
    stop: async () => {
      await alsoStop();
      await stop?.();
      await names.stop();
    },
  };
}
