import assert from 'node:assert/strict';
import { BrowserSessions } from '../../../../src/proxy/admission/browser-sessions.ts';

const host = '127.0.0.1:5000';
const minute = 60_000;

describe('The browsers that show MLflow’s UI', () => {
  let now = 0;
  let sessions: BrowserSessions;

  beforeEach(() => {
    now = 0;
    sessions = new BrowserSessions(() => now);
  });

  const opened = (): string => {
    const session = sessions.open(sessions.issueTicket('server', [host]), host);
    assert.ok(session !== undefined);
    return session.cookieValue;
  };

  it('get in within a minute of the ticket', () => {
    const [soon, late] = [sessions.issueTicket('server', [host]), sessions.issueTicket('server', [host])];
    now = minute - 1;
    assert.notEqual(sessions.open(soon, host), undefined);
    now = minute;
    assert.equal(sessions.open(late, host), undefined);
  });

  it('get in once, and by no other name, which spends the ticket', () => {
    const ticket = sessions.issueTicket('server', [host]);
    assert.equal(sessions.open(ticket, '127.0.0.1:6000'), undefined);
    assert.equal(sessions.open(ticket, host), undefined);
  });

  it('are out after an hour without a request, and after eight hours in any case', () => {
    const [idle, used] = [opened(), opened()];
    for (now = 30 * minute; now < 8 * 60 * minute; now += 30 * minute) {
      assert.equal(sessions.serverOf(used, host), 'server');
    }
    assert.equal(sessions.serverOf(idle, host), undefined);
    assert.equal(sessions.serverOf(used, host), undefined);
  });

  it('are as many as are of use, and the oldest goes', () => {
    const all = Array.from({ length: 17 }, opened);
    assert.equal(sessions.serverOf(all[0] ?? '', host), undefined);
    assert.ok(all.slice(1).every((value) => sessions.serverOf(value, host) === 'server'));
  });

  it('have a cookie each that the ticket does not tell', () => {
    const ticket = sessions.issueTicket('server', [host]);
    assert.equal(sessions.serverOf(ticket, host), undefined);
    assert.notEqual(sessions.open(ticket, host)?.cookieValue, ticket);
  });
});
