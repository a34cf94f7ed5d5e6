import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buildOptions } from '../../../esbuild.config.mjs';
import { commands, section, settings } from '../../../src/settings/manifest.ts';
import type { SettingDescriptor } from '../../../src/settings/manifest.ts';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly order: number;
  readonly ignoreSync?: boolean;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly enumItemLabels?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly markdownDescription: string;
}

/** A section of the settings editor. */
interface Group {
  readonly title: string;
  readonly order: number;
  readonly properties: Readonly<Record<string, Property>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as {
  scripts: Readonly<Record<string, string>>;
  contributes: {
    commands: { command: string; title: string; category: string }[];
    configuration: Group[];
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
};
const words = read('package.nls.json') as Record<string, string>;
const groups = manifest.contributes.configuration;
const entries = groups.flatMap((group) => Object.entries(group.properties));
const properties: Readonly<Record<string, Property>> = Object.fromEntries(entries);

describe('package.json and the code', () => {
  it('name the same file that VS Code runs when the extension is uninstalled', () => {
    const script = manifest.scripts['vscode:uninstall'] ?? '';
    const [, bundle = ''] = /^node \.\/dist\/(\w+)\.cjs$/.exec(script) ?? [];
    assert.match(
      JSON.stringify(buildOptions({ production: true }).entryPoints),
      new RegExp(`"out":"${bundle}"`),
    );
  });

  it('name the same settings', () => {
    assert.deepEqual(
      // With duplicates: a setting has one group.
      entries.map(([key]) => key).sort(),
      Object.keys(settings)
        .map((key) => `${section}.${key}`)
        .sort(),
    );
  });

  for (const [key, descriptor] of Object.entries(settings) as [string, SettingDescriptor][]) {
    it(`agree on ${key}`, () => {
      const property = properties[`${section}.${key}`];
      assert.ok(property);
      assert.equal(property.scope, descriptor.scope);
      assert.deepEqual(property.default, descriptor.default);
      const types: Readonly<Record<string, string>> = { hosts: 'array', secretFields: 'object' };
      assert.equal(property.type, types[descriptor.type] ?? descriptor.type);
      if (descriptor.type === 'string') assert.deepEqual(property.enum, descriptor.values);
      if (descriptor.type === 'integer') {
        assert.equal(property.minimum, descriptor.minimum);
        assert.equal(property.maximum ?? Number.MAX_SAFE_INTEGER, descriptor.maximum);
      }
    });
  }

  it('name the same commands', () => {
    assert.deepEqual(
      manifest.contributes.commands.map(({ command }) => command).sort(),
      Object.values(commands).sort(),
    );
  });

  it('list the commands under one category', () => {
    const categories = manifest.contributes.commands.map(({ category }) => category);
    assert.deepEqual([...new Set(categories)], ['%commands.category%']);
  });

  it('number the groups, and the settings of each group, as they are written', () => {
    const numbers = (items: readonly { readonly order: number }[]): number[] =>
      items.map(({ order }) => order);
    const counted = (items: readonly unknown[]): number[] => items.map((_, index) => index + 1);
    assert.deepEqual(numbers(groups), counted(groups));
    for (const group of groups) {
      const members = Object.values(group.properties);
      assert.deepEqual(numbers(members), counted(members), group.title);
    }
  });

  it('describe every setting, and describe and name every choice', () => {
    for (const [key, property] of entries) {
      const name = key.replace(`${section}.`, 'setting.');
      assert.equal(property.markdownDescription, `%${name}%`);
      const choices = property.enum?.map((choice) => `%${name}.${choice}%`);
      assert.deepEqual(property.markdownEnumDescriptions, choices);
      const names = property.enum?.map((choice) => `%${name}.${choice}.label%`);
      assert.deepEqual(property.enumItemLabels, names);
    }
  });

  it('keep facts of one machine out of settings sync', () => {
    const ignored = entries.filter(([, { ignoreSync }]) => ignoreSync).map(([key]) => key);
    const facts = [
      'aws.profile',
      'aws.endpoint',
      'proxy.port',
      'tls.caFile',
      'tls.clientCertFile',
      'tls.clientKeyFile',
    ];
    assert.deepEqual(
      ignored,
      facts.map((key) => `${section}.${key}`),
    );
  });

  it('restrict every setting in an untrusted workspace', () => {
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(properties).sort(),
    );
  });

  it('have a word for every placeholder, and no word without one', () => {
    const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name));
    assert.deepEqual([...used].sort(), Object.keys(words).sort());
  });
});
