import { awsJourneys } from './aws.ts';
import { azureMachine } from './azure.ts';
import type { Company } from './company.ts';
import type { Machine } from './journey.ts';
import { storedJourneys } from './stored.ts';
import { appRoleJourneys, pluginMachine, startVault, vaultMachine } from './vault.ts';

/** Starts what each needs when it is its turn. */
export async function* machinesOf(company: Company, only: RegExp): AsyncGenerator<Machine> {
  if (only.test('desk')) {
    yield { name: 'desk', env: {}, settings: {}, journeys: storedJourneys(company) };
  }
  if (['approle', 'vault', 'plugin'].some((name) => only.test(name))) {
    const vault = await startVault(company);
    const others = [vaultMachine(company, vault), pluginMachine(company, vault)];
    const bare = { name: 'approle', env: {}, settings: {}, journeys: appRoleJourneys(company, vault) };
    for (const machine of [bare, ...others]) if (only.test(machine.name)) yield machine;
  }
  if (only.test('aws')) yield { name: 'aws', env: {}, ...(await awsJourneys(company)) };
  if (only.test('azure')) yield await azureMachine(company);
}
