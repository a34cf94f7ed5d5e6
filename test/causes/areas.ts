import { answerCauses } from './areas/answers.ts';
import { awsCauses } from './areas/aws.ts';
import { azureCauses } from './areas/azure.ts';
import { nameCauses } from './areas/names.ts';
import { networkCauses } from './areas/network.ts';
import { pythonCauses } from './areas/python.ts';
import { serverCauses } from './areas/server.ts';
import { tlsCauses } from './areas/tls.ts';
import { vaultCauses } from './areas/vault.ts';
import { windowCauses } from './areas/window.ts';
import type { Cause } from './cause.ts';

/** All causes, by where they are. */
export const areas: Readonly<Record<string, readonly Cause[]>> = {
  'the tracking server': serverCauses(),
  'what responds': answerCauses(),
  TLS: tlsCauses(),
  'the network': [...networkCauses(), ...nameCauses()],
  'HashiCorp Vault': vaultCauses(),
  'AWS Secrets Manager': awsCauses(),
  'Azure Key Vault': azureCauses(),
  'the window': windowCauses(),
  Python: pythonCauses(),
};
