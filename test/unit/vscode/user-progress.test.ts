import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import manifest from '../../../package.json' with { type: 'json' };
import { destinationOf } from '../../../src/configuration/destination.ts';
import { contextKeys } from '../../../src/settings/manifest.ts';
import { progressOf } from '../../../src/vscode/user-progress.ts';
import type { ProxyStatistics } from '../../../src/proxy/messages.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { connectedState } from '../connection/serving-states.ts';

const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 60_000 };
const [walkthrough] = manifest.contributes.walkthroughs;
const keys = Object.values(contextKeys) as readonly string[];

/** Two failures among these. */
function counted(requests: number): ProxyStatistics {
  return {
    ...{ requests, failures: 2, rejected: 0, denied: 0, openConnections: 0 },
    ...{ lastResponseAt: 1, medianResponseMs: 1, p95ResponseMs: 1 },
  };
}

describe('The walkthrough', () => {
  const when = (name: string): string | undefined =>
    manifest.contributes.menus.commandPalette.find(({ command }) => command === `mlflowSecretsAuth.${name}`)
      ?.when;
  const all = { hasServer: true, hasSource: true, isApproved: true, hasEntered: true, isSecretEntered: true };

  it('has steps that complete themselves by what is known of the connection', () => {
    const steps = walkthrough?.steps ?? [];
    assert.equal(steps.length, 4);
    for (const { completionEvents } of steps) {
      const [event = ''] = completionEvents;
      assert.ok(keys.includes(event.replace(/^onContext:/, '')), event);
    }
  });

  it('has steps that complete themselves also where it is opened after they are done', () => {
    for (const { completionEvents } of walkthrough?.steps ?? []) {
      assert.deepEqual(completionEvents.slice(1), [`${completionEvents[0]} && ${contextKeys.sayAgain}`]);
    }
  });

  it('goes on with the user', () => {
    assert.deepEqual(progressOf({ kind: 'disconnected' }, undefined), {});
    const missing = ['provider'] as const;
    assert.deepEqual(progressOf({ kind: 'needsConfiguration', missing, problems: [] }, undefined), {
      ...{ hasServer: true, hasSource: false, isApproved: false, hasEntered: false },
    });
    const destination = destinationOf(configuration);
    const due = { kind: 'needsApproval', configuration, destination, approved: undefined } as const;
    assert.deepEqual(progressOf(due, undefined), { ...all, isApproved: false });
    const connected = connectedState(configuration, secret);
    assert.deepEqual(progressOf(connected, undefined), all);
    const failing = counted(2);
    assert.deepEqual(progressOf(connected, failing), all);
    const served = counted(3);
    assert.deepEqual(progressOf(connected, served), { ...all, hasResponse: true });
  });

  it('has pictures in the colours of the theme alone', async () => {
    for (const { media } of walkthrough?.steps ?? []) {
      const picture = await readFile(new URL(`../../../${media.svg}`, import.meta.url), 'utf8');
      assert.doesNotMatch(picture, /#[0-9a-f]{3,8}\b|rgb\(|<script|href=/i);
      assert.match(picture, /var\(--vscode-foreground\)/);
    }
  });

  it('hides from the palette what is for something entered, where nothing is', () => {
    assert.equal(when('enterCredential'), contextKeys.hasEntered);
    for (const { when } of manifest.contributes.menus.commandPalette) {
      const names = when.split(/ && | \|\| /).map((name) => name.replace(/^!/, ''));
      const isKnown = (name: string): boolean =>
        keys.includes(name) || name === "config.mlflowSecretsAuth.proxy.afterClose == 'whileInUse'";
      assert.ok(when === 'false' || names.every(isKnown), when);
    }
  });

  it('lists what forgets also where nothing is set up, once something is stored', () => {
    const { hasEntered, storesEntered, hasSource } = contextKeys;
    assert.equal(when('forgetCredential'), `${hasEntered} || ${storesEntered} && !${hasSource}`);
  });

  it('hides from the palette what is about a connection before there is any', () => {
    for (const name of ['configure', 'showKept', 'endKept', 'switchServer']) {
      assert.match(when(name) ?? '', /^mlflowSecretsAuth\.hasServer\b/, name);
    }
  });
});
