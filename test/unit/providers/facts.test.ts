import assert from 'node:assert/strict';
import { destinationFacts } from '../../../src/providers/facts.ts';
import type { DestinationFields } from '../../../src/providers/facts.ts';

interface Configuration {
  readonly provider: 'example';
  readonly address: string;
  readonly timeoutSeconds: number;
}

const fields: DestinationFields<Configuration> = {
  address: { label: () => 'Address' },
  timeoutSeconds: 'notDecisive',
};
const source = { provider: 'example', address: 'https://a.example', timeoutSeconds: 10 } as const;

describe('The fields of a source', () => {
  it('are what the user approves, but for those that are said to decide nothing of it', () => {
    const facts = destinationFacts(fields, source);
    assert.deepEqual(facts, { address: { label: 'Address', value: 'https://a.example' } });
    assert.deepEqual(destinationFacts(fields, { ...source, timeoutSeconds: 20 }), facts);
  });

  it('do not compile while one is not decided about', () => {
    // @ts-expect-error: nothing is said of `timeoutSeconds`.
    const incomplete: DestinationFields<Configuration> = { address: fields.address };
    assert.ok(!('timeoutSeconds' in incomplete));
  });
});
