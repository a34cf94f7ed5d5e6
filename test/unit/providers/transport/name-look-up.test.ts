import assert from 'node:assert/strict';
import dns from 'node:dns';
import { lookUpWithin } from '../../../../src/providers/transport/name-look-up.ts';
import { networkProblem } from '../../../../src/providers/transport/network-problem.ts';

type Answer = (callback: (error: Error | null, address: string, family: number) => void) => void;

/** What a client learns of a name that is answered for so. */
async function lookedUp(answer: Answer): Promise<unknown> {
  const { lookup } = dns;
  const replaced = (_name: string, _options: unknown, callback: Parameters<Answer>[0]): void =>
    answer(callback);
  Object.assign(dns, { lookup: replaced });
  try {
    return await new Promise((resolve) => {
      lookUpWithin(20)('secrets.company.example', {}, (error, address) => resolve(error ?? address));
    });
  } finally {
    Object.assign(dns, { lookup });
  }
}

describe('The look-up of the name of a secret store', () => {
  it('fails as one of which the name server does not respond, before a client gives its connection up', async () => {
    const failure = await lookedUp(() => undefined);
    const problem = networkProblem(failure, {
      ...{ provider: 'aws', name: 'AWS Secrets Manager', httpProxy: undefined },
    });
    assert.equal(problem?.code, 'aws.dns');
    assert.match(problem.message, /secrets\.company\.example/);
  });

  it('is as it was answered, once', async () => {
    assert.equal(await lookedUp((callback) => callback(null, '127.0.0.1', 4)), '127.0.0.1');
    const missing = Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
    assert.equal(await lookedUp((callback) => callback(missing, '', 0)), missing);
    const late = await lookedUp((callback) => setTimeout(callback, 40, null, '127.0.0.1', 4));
    assert.ok(late instanceof Error);
  });
});
