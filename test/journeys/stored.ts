import assert from 'node:assert/strict';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { commandTitle } from '../support/workbench/command-title.ts';
import { password, serverToken } from './company.ts';
import type { Company } from './company.ts';
import { projectOf } from './journey.ts';
import type { Journey } from './journey.ts';
import type { Person } from './person.ts';

const wrongPassword = 'canary-journeys-wrong-password';

/** Of credentials that are entered in VS Code. */
export function storedJourneys(company: Company): readonly Journey[] {
  const { user, server, tokenServer } = company;
  const passwordPrompt = labels.storedPasswordPrompt(user, server);
  return [
    {
      name: 'Token',
      questions: 1,
      before: { questions: 4, keys: 61 },
      project: projectOf(tokenServer),
      server: tokenServer,
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(tokenServer), labels.approve());
        await person.enter(labels.storedTokenPrompt(tokenServer), serverToken);
      },
    },
    {
      name: 'User name and password',
      questions: 2,
      before: { questions: 5, keys: 65 },
      project: projectOf(server),
      server,
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(server), labels.approve());
        await person.enter(labels.storedUserPrompt(server), user);
        await person.enter(passwordPrompt, password);
      },
    },
    {
      name: 'Connect again after Disconnect',
      questions: 0,
      before: { questions: 0, keys: 17 },
      server,
      begin: async (person) => {
        await person.run(commandTitle('disconnect'));
        await person.waitForStatus(statusText('disconnected'));
      },
      walk: async (person) => person.run(commandTitle('connect')),
    },
    {
      name: 'Correct a wrong password',
      questions: 2,
      before: { questions: 2, keys: 29 },
      server,
      begin: async (person) => {
        await person.run(commandTitle('enterCredential'));
        await person.accept(labels.storedUserPrompt(server));
        await person.enter(passwordPrompt, wrongPassword);
        await person.waitForStatus(statusText('rejected'));
      },
      walk: async (person) => {
        await person.accept('does not accept this user name and password');
        await person.enter(passwordPrompt, password);
      },
    },
    ...serversJourneys(company),
    ...forgettingJourneys(company),
  ];
}

/** More than one server in one workspace. */
function serversJourneys({ server, tokenServer }: Company): readonly Journey[] {
  return [
    {
      name: 'Switch to a second server, whose token is kept',
      questions: 3,
      server: tokenServer,
      walk: async (person) => {
        await person.run(commandTitle('switchServer'));
        await person.choose(labels.whichServer(), labels.anotherServer());
        await person.enter(labels.trackingUriPrompt(), tokenServer);
        await person.accept(labels.whichSource());
        await person.approve(labels.approval('server', tokenServer), labels.approve());
      },
    },
    {
      name: 'Switch back to the first server',
      questions: 1,
      server,
      walk: async (person) => {
        await person.run(commandTitle('switchServer'));
        await person.accept(labels.whichServer());
      },
      look: async (person) => assert.deepEqual(await listedServers(person), [server, tokenServer]),
    },
  ];
}

/** After what was approved and entered was taken back, with the other servers of the workspace. */
function forgettingJourneys({ user, server }: Company): readonly Journey[] {
  const isAlone = async (person: Person): Promise<void> =>
    assert.deepEqual(await listedServers(person), [server]);
  const forget = async (person: Person): Promise<void> => {
    await person.run(commandTitle('forgetCredential'));
    await person.approve(server, labels.forget());
    await person.waitForStatus(statusText('disconnected'));
  };
  return [
    {
      name: 'Connect again after Disconnect and Revoke',
      questions: 0,
      server,
      begin: async (person) => {
        await person.run(commandTitle('disconnectAndRevoke'));
        await person.approve('', labels.revoke());
        await person.waitForStatus(statusText('disconnected'));
      },
      // As for the first time, not as a change.
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(server), labels.approve());
      },
      look: isAlone,
    },
    {
      name: 'Connect again after Forget Credential',
      questions: 2,
      server,
      begin: forget,
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(server), labels.approve());
        await person.enter(labels.storedUserPrompt(server), user);
        await person.enter(labels.storedPasswordPrompt(user, server), password);
      },
      look: isAlone,
    },
    {
      name: 'Go on after Escape at the password',
      questions: 2,
      server,
      begin: async (person) => {
        await forget(person);
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(server), labels.approve());
        await person.enter(labels.storedUserPrompt(server), user);
        await person.waitForInput(labels.storedPasswordPrompt(user, server));
        await person.escape();
      },
      walk: async (person) => {
        await person.run(commandTitle('connect'));
        await person.approve(labels.approvalTitle(server), labels.approve());
        await person.accept(labels.storedUserPrompt(server));
        await person.enter(labels.storedPasswordPrompt(user, server), password);
      },
    },
  ];
}

/** Those that were used in this workspace. */
async function listedServers(person: Person): Promise<readonly string[]> {
  await person.run(commandTitle('switchServer'));
  const rows = await person.lookAtRows(labels.whichServer());
  return rows.filter((row) => row !== labels.anotherServer());
}
