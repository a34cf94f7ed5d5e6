import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { usualVerification } from '../../../src/network/server-verification.ts';
import type { CertificatePath } from '../../../src/network/server-verification.ts';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import {
  describeDestination,
  destinationOf,
  isDestination,
  mayBeKept,
  sameDestination,
} from '../../../src/configuration/destination.ts';
import type { Destination } from '../../../src/configuration/destination.ts';
import type { AwsConfiguration } from '../../../src/providers/aws/configuration.ts';
import type { AzureConfiguration } from '../../../src/providers/azure/configuration.ts';
import type { DecisiveVariables } from '../../../src/providers/facts.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { storedConfiguration } from './stored-configuration.ts';
import { azureClouds, azureSignIns, vaultAuthMethods } from '../../../src/settings/manifest.ts';

/** A new field of a configuration has no arbitrary here, so that it does not compile until somebody has thought of it. */
type Arbitraries<C> = { readonly [Field in keyof Required<C>]: fc.Arbitrary<C[Field]> };

/** Few different ones, in which separators, blanks and our own words are: tuples that were joined would collide. */
const word = fc
  .array(fc.constantFrom('a', 'b', ' ', '/', '#', '@', '|', ':', ' → ', '\n', '","', '\u202e', 'none'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''));
const maybe = fc.option(word, { nil: undefined });
const version = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
const origin = fc.constantFrom('https://a.example', 'http://a.example', 'https://a.example:8443');

function record<C extends object>(fields: Arbitraries<C>): fc.Arbitrary<C> {
  return fc.record<unknown>(fields, { noNullPrototype: true }) as fc.Arbitrary<C>;
}

const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const named = (...from: readonly string[]): fc.Arbitrary<CertificatePath> =>
  record({ path: word, from: fc.constantFrom(...from) });

const variables = (...names: readonly string[]): fc.Arbitrary<DecisiveVariables> =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom('', '/a', '/b')])), {
    noNullPrototype: true,
  });

const vault: Arbitraries<VaultConfiguration> = {
  provider: fc.constant('vault'),
  address: fc.constantFrom('https://vault.example', 'https://vault.example/a', 'http://vault.example'),
  ...{ namespace: maybe, mount: maybe, path: word, version },
  authMethod: fc.constantFrom(...vaultAuthMethods),
  ...{ authMount: maybe, roleId: maybe, username: maybe, oidcRole: maybe },
  ambientIsAllowed: fc.boolean(),
  storeCertificates: optional(named('VAULT_CACERT', 'REQUESTS_CA_BUNDLE')),
  storeClientCertificate: optional(record({ certFile: word, keyFile: maybe })),
  tlsServerName: maybe,
};
const aws: Arbitraries<AwsConfiguration> = {
  provider: fc.constant('aws'),
  ...{ secretId: word, region: maybe, profile: maybe, versionStage: maybe, versionId: maybe },
  ...{ roleArn: maybe, externalId: maybe, roleSessionName: maybe, roleDurationSeconds: version },
  ...{ endpoint: maybe, environmentEndpoint: maybe, environmentStsEndpoint: maybe },
  ...{ environmentSsoEndpoint: maybe, environmentSsoOidcEndpoint: maybe, environmentSigninEndpoint: maybe },
  profileIsFromVariable: fc.boolean(),
  storeCertificates: optional(named('AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE')),
  variables: variables('AWS_CONFIG_FILE', 'AWS_ROLE_ARN'),
};
const azure: Arbitraries<AzureConfiguration> = {
  provider: fc.constant('azure'),
  vaultUrl: fc.constantFrom('https://a.vault.azure.net', 'https://b.vault.azure.net'),
  ...{ secretName: word, secretVersion: maybe, tenantId: maybe, clientId: maybe, authorityHost: maybe },
  storeCertificates: optional(named('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE')),
  variables: variables('AZURE_CLIENT_ID', 'IDENTITY_ENDPOINT'),
  signIn: fc.constantFrom(...azureSignIns),
  cloud: fc.constantFrom(...azureClouds),
};

const connection: Arbitraries<ConnectionConfiguration> = {
  tracking: record({ origin, basePath: fc.constantFrom('', '/ml', '/other') }),
  source: fc.oneof(record(vault), record(aws), record(azure), fc.constant({ provider: 'stored' as const })),
  headerName: fc.constantFrom('Authorization', 'X-Api-Key', 'Authorization (basic)'),
  authMode: fc.constantFrom('auto', 'bearer', 'basic'),
  ...{ caFile: maybe, nodeCaFile: maybe },
  verification: fc.oneof(
    record({
      kind: fc.constant('roots' as const),
      added: fc
        .tuple(maybe, maybe)
        .map(([file, folder]) => [
          ...(file === undefined ? [] : [{ path: file, from: 'SSL_CERT_FILE' }]),
          ...(folder === undefined ? [] : [{ path: folder, from: 'SSL_CERT_DIR' }]),
        ]),
    }),
    named('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE').map((one) => ({ kind: 'only' as const, ...one })),
    fc.constant({ kind: 'none' as const, from: 'MLFLOW_TRACKING_INSECURE_TLS' }),
  ),
  secretFields: fc.oneof(
    fc.constant({}),
    record({ token: word }),
    record({ username: word, password: word }),
  ),
  clientCertificate: fc.option(record({ certFile: word, keyFile: maybe }), { nil: undefined }),
  foreignHttpProxy: fc.constantFrom(undefined, 'http://proxy.example:3128', 'http://other.example'),
  allowedHosts: fc.array(word, { maxLength: 2 }),
  cache: record({
    ttlSeconds: fc.integer({ min: 1, max: 3 }),
    maxStaleSeconds: fc.integer({ min: 0, max: 3 }),
    keep: fc.constantFrom('secretStorage' as const, 'memory' as const),
  }),
  proxyPort: fc.integer({ min: 0, max: 3 }),
  intercept: fc.boolean(),
  signInGraceMinutes: fc.nat(),
  afterClose: fc.oneof(
    fc.constantFrom({ kind: 'end' as const }, { kind: 'shortly' as const }),
    record({ kind: fc.constant('whileInUse' as const), keepHours: fc.integer({ min: 1, max: 3 }) }),
  ),
};
const configurations = record(connection);

/** What may change without asking: it changes no byte that is sent to anybody, and no trust. */
const mayChange = [
  'allowedHosts',
  'cache',
  'proxyPort',
  'intercept',
  'signInGraceMinutes',
  // Approved by itself.
  'afterClose',
] as const;

function decisive(configuration: ConnectionConfiguration): object {
  const rest: Record<string, unknown> = { ...configuration };
  for (const name of mayChange) Reflect.deleteProperty(rest, name);
  return rest;
}

/** The same but for one field, so that single changes are common. */
const pairs = fc
  .tuple(configurations, configurations, fc.nat(), fc.boolean())
  .map(([one, other, at, isOfSource]): [ConnectionConfiguration, ConnectionConfiguration] => {
    const change = (a: object, b: object): object => {
      const [name, value] = Object.entries(b)[at % Object.keys(b).length] ?? [];
      return name === undefined ? a : { ...a, [name]: value as unknown };
    };
    const sameProvider = one.source.provider === other.source.provider;
    return isOfSource && sameProvider
      ? [one, { ...one, source: change(one.source, other.source) as typeof one.source }]
      : [one, change(one, other) as ConnectionConfiguration];
  });

describe('every field of a destination', () => {
  it('asks again when it changes, and nothing else does', () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const isSame = isDeepStrictEqual(decisive(one), decisive(other));
        assert.equal(sameDestination(destinationOf(one), destinationOf(other)), isSame);
      }),
      { numRuns: 3000 },
    );
  });

  it('asks again between any two configurations', () => {
    fc.assert(
      fc.property(configurations, configurations, (one, other) => {
        const isSame = isDeepStrictEqual(decisive(one), decisive(other));
        assert.equal(sameDestination(destinationOf(one), destinationOf(other)), isSame);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives being stored', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const destination = destinationOf(configuration);
        const stored: unknown = JSON.parse(JSON.stringify(destination));
        assert.ok(isDestination(stored) && sameDestination(stored, destination));
      }),
    );
  });

  const [role, otherRole] = ['arn:aws:iam::1:role/a', 'x'];
  const base = { origin: 'https://mlflow.company.com', basePath: '' };
  const joined: [string, object, object][] = [
    ['role and external ID', { roleArn: `${role} ${otherRole}` }, { roleArn: role, externalId: otherRole }],
    ['version stage and ID', { versionStage: 'a b' }, { versionStage: 'a', versionId: 'b' }],
    ['profile and role', { profile: 'a b' }, { profile: 'a', roleArn: 'b' }],
  ];
  for (const [name, one, other] of joined) {
    it(`is apart from its neighbour: ${name}`, () => {
      const of = (change: object): ConnectionConfiguration => ({
        ...{ tracking: base, headerName: 'Authorization', authMode: 'bearer', allowedHosts: [] },
        ...{
          cache: { ttlSeconds: 1, maxStaleSeconds: 1, keep: 'memory' },
          proxyPort: 0,
          intercept: true,
          signInGraceMinutes: 10,
          afterClose: { kind: 'shortly' },
        },
        ...{
          ...{ caFile: undefined, nodeCaFile: undefined },
          foreignHttpProxy: undefined,
          verification: { kind: 'roots', added: [] },
          clientCertificate: undefined,
          secretFields: {},
        },
        secretFields: {},
        source: { provider: 'aws', secretId: 's', variables: {}, ...change } as AwsConfiguration,
      });
      assert.ok(!sameDestination(destinationOf(of(one)), destinationOf(of(other))));
    });
  }
});

function approvalLines(...question: Parameters<typeof describeDestination>): readonly string[] {
  const { changed, same } = describeDestination(...question);
  return [...changed, ...same];
}

describe('the approval to keep a connection', () => {
  const kept = fc.record({
    kind: fc.constant('whileInUse' as const),
    keepHours: fc.integer({ min: 1, max: 3 }),
  });

  it('is for those hours only, and is not needed where nothing is kept', () => {
    fc.assert(
      fc.property(configurations, kept, kept, (configuration, one, other) => {
        const of = (afterClose: ConnectionConfiguration['afterClose']): Destination =>
          destinationOf({ ...configuration, afterClose });
        assert.equal(mayBeKept(of(one), of(other)), one.keepHours === other.keepHours);
        assert.ok(mayBeKept(of(one), of({ kind: 'shortly' })));
        assert.ok(!mayBeKept(of({ kind: 'end' }), of(one)));
        assert.ok(sameDestination(of(one), of({ kind: 'end' })));
        const { changed } = describeDestination({ ...configuration, afterClose: one }, of({ kind: 'end' }));
        const words = `goes on for at most ${one.keepHours} h, while a program uses it`;
        assert.deepEqual(changed, [`After this window is closed: none → ${words}`]);
      }),
    );
  });
});

describe('the lines of an approval', () => {
  it('are one a value, each begun by a label of ours, bounded, and no value looks like a line or a note of ours', () => {
    fc.assert(
      fc.property(configurations, configurations, (configuration, approvedBefore) => {
        const lines = approvalLines(configuration, destinationOf(approvedBefore));
        for (const line of lines) {
          assert.match(line, /^[A-Z][\w ()-]*: \S/);
          // eslint-disable-next-line no-control-regex
          assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
          assert.ok(line.length <= 200, line);
          const unquoted = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
          assert.ok((unquoted.match(/→/g) ?? []).length <= 1, line);
        }
        assert.equal(new Set(lines.map((line) => line.split(':')[0])).size, lines.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('have no end of a quotation in a value that is cut, whatever stands where it is cut', () => {
    for (let length = 0; length < 200; length += 1) {
      const path = `${'x'.repeat(200)}" → none${'y'.repeat(length)}`;
      const of = (one: string): ConnectionConfiguration => ({
        ...storedConfiguration,
        caFile: one,
      });
      const lines = approvalLines(of('/other.pem'), destinationOf(of(path)));
      const [changed = ''] = lines.filter((line) => line.includes('x') || line.includes('y'));
      assert.equal(changed.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/→/g)?.length, 1, changed);
    }
  });

  it('say first what changed', () => {
    fc.assert(
      fc.property(configurations, configurations, (configuration, approvedBefore) => {
        const isChange = approvalLines(configuration, destinationOf(approvedBefore)).map((line) =>
          line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').includes(' → '),
        );
        assert.deepEqual(
          isChange,
          isChange.toSorted((a, b) => Number(b) - Number(a)),
        );
      }),
    );
  });

  it('are cut in the middle where a value is long', () => {
    const source = {
      provider: 'aws',
      secretId: `start-${'x'.repeat(4000)}-end`,
      variables: {},
    } as AwsConfiguration;
    const lines = approvalLines(
      {
        ...{
          tracking: { origin: 'https://a.example', basePath: '' },
          source,
          headerName: 'A',
          authMode: 'bearer',
        },
        ...{
          allowedHosts: [],
          proxyPort: 0,
          ...{ caFile: undefined, nodeCaFile: undefined },
          intercept: true,
          signInGraceMinutes: 10,
          afterClose: { kind: 'shortly' },
          foreignHttpProxy: undefined,
          verification: usualVerification,
          secretFields: {},
          clientCertificate: undefined,
        },
        cache: { ttlSeconds: 1, maxStaleSeconds: 1, keep: 'memory' },
      },
      undefined,
    );
    assert.ok(lines.some((line) => /^Secret: start-x+…x+-end$/.test(line) && line.length < 200));
  });
});
