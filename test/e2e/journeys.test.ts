import assert from 'node:assert/strict';
import { Company } from '../journeys/company.ts';
import { machinesOf } from '../journeys/machines.ts';
import { walkAll } from '../journeys/walk.ts';
import { packProduct } from '../support/workbench/pack-extension.ts';

/** `npm run journeys` walks those of other machines, too; these do not depend on how fast a store lists its secrets. */
describe('a new user at the keyboard', () => {
  let company: Company;
  let vsix: string;

  before(async () => {
    vsix = await packProduct();
    company = await Company.start();
  });

  after(async () => company.stop());

  it('is connected by few answers with what is entered in VS Code, to one server and another', async () => {
    for await (const machine of machinesOf(company, /^desk$/)) {
      const all: string[] = [];
      await walkAll(company, machine, vsix, ({ name, faults }) => {
        all.push(...faults.map((fault) => `${name}: ${fault}`));
      });
      assert.deepEqual(all, []);
    }
  });
});
