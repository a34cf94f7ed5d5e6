import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PendingBytes } from '../../../../src/proxy/sockets/pending-bytes.ts';

describe('Bytes that are pending', () => {
  it('are given once, in their order, though the memory that they came in is used again', () => {
    const pieces = fc.array(
      fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }), takes: fc.array(fc.nat(20)) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (all) => {
        const pending = new PendingBytes();
        const memory = Buffer.alloc(40);
        const taken: Buffer[] = [];
        const take = (max: number): void => {
          const { bytes, at } = pending;
          if (bytes === undefined) return;
          const end = Math.min(bytes.length, at + max);
          taken.push(Buffer.from(bytes.subarray(at, end)));
          pending.advance(end);
        };
        for (const { bytes, takes } of all) {
          memory.set(bytes);
          const lent = memory.subarray(0, bytes.length);
          const before = pending.length;
          pending.add(lent);
          assert.equal(pending.length, before + bytes.length);
          takes.forEach(take);
          pending.own(lent);
          memory.fill(0xff);
        }
        while (pending.length > 0) take(7);
        assert.equal(pending.bytes, undefined);
        assert.deepEqual(Buffer.concat(taken), Buffer.concat(all.map(({ bytes }) => bytes)));
      }),
    );
  });

  it('are gone when they are cleared', () => {
    const pending = new PendingBytes();
    pending.add(Buffer.from('one'));
    pending.clear();
    assert.equal(pending.length, 0);
    pending.add(Buffer.from('two'));
    assert.equal(pending.bytes?.toString('latin1', pending.at), 'two');
  });
});
