import assert from 'node:assert/strict';
import { CredentialOutcomes } from '../../../../src/proxy/exchange/credential-outcomes.ts';
import type { CredentialOutcome } from '../../../../src/proxy/messages.ts';

const accepted: CredentialOutcome = { outcome: 'accepted' };
const rejected: CredentialOutcome = { outcome: 'rejected', detail: { status: 401 } };

function outcomes(): { readonly noted: CredentialOutcomes; readonly posted: string[] } {
  const posted: string[] = [];
  const noted = new CredentialOutcomes(({ version, outcome }) => posted.push(`${version} ${outcome}`));
  return { noted, posted };
}

describe('What comes of a credential', () => {
  it('is posted at once, and not again as long as it stays the same', () => {
    const { noted, posted } = outcomes();
    for (let request = 0; request < 3; request += 1) noted.note(1, accepted);
    noted.tick();
    assert.deepEqual(posted, ['1 accepted']);
    noted.note(1, { ...rejected });
    noted.note(1, { ...rejected });
    noted.tick();
    assert.deepEqual(posted, ['1 accepted', '1 rejected']);
    noted.note(2, accepted);
    assert.deepEqual(posted, ['1 accepted', '1 rejected', '2 accepted']);
  });

  it('is posted at most once a second where requests fare differently, and is the last then', () => {
    const { noted, posted } = outcomes();
    for (let request = 0; request < 10; request += 1) noted.note(1, request % 2 === 0 ? accepted : rejected);
    assert.deepEqual(posted, ['1 accepted']);
    noted.tick();
    assert.deepEqual(posted, ['1 accepted', '1 rejected']);
    noted.note(1, accepted);
    noted.note(1, rejected);
    noted.tick();
    assert.deepEqual(posted, ['1 accepted', '1 rejected']);
  });

  it('is not what came of an earlier one', () => {
    const { noted, posted } = outcomes();
    noted.note(2, accepted);
    noted.note(1, rejected);
    noted.tick();
    assert.deepEqual(posted, ['2 accepted']);
    assert.equal(noted.accepted, 2);
  });

  it('is known once it was accepted, also after it was rejected', () => {
    const { noted } = outcomes();
    noted.note(1, rejected);
    assert.equal(noted.wasAccepted(1), false);
    noted.note(1, accepted);
    noted.note(1, rejected);
    assert.equal(noted.wasAccepted(1), true);
    assert.equal(noted.wasAccepted(2), false);
  });

  it('is forgotten with the tracking server', () => {
    const { noted, posted } = outcomes();
    noted.note(2, accepted);
    noted.forget();
    assert.equal(noted.accepted, -1);
    assert.equal(noted.wasAccepted(2), false);
    noted.tick();
    noted.note(2, accepted);
    assert.deepEqual(posted, ['2 accepted', '2 accepted']);
  });
});
