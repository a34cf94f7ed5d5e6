import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { commands, section, settings } from '../../../src/settings/manifest.ts';
import type { SettingDescriptor } from '../../../src/settings/manifest.ts';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, Property> };
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
};
const words = read('package.nls.json') as Record<string, string>;
const { properties } = manifest.contributes.configuration;

describe('package.json and the code', () => {
  it('name the same settings', () => {
    assert.deepEqual(
      Object.keys(properties).sort(),
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
      assert.equal(property.type, descriptor.type === 'strings' ? 'array' : descriptor.type);
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
