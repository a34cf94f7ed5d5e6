/** Who may import whom, below src/. ARCHITECTURE.md draws it; `npm run lint` holds it. Types count as imports. */

/** By room: the other rooms that it may import; leaves of the house (problem.ts, secret.ts) are open to all but proxy/http. */
const rooms = {
  settings: [],
  network: [],
  providers: ['settings', 'network'],
  configuration: ['settings', 'network', 'providers'],
  secrets: ['providers', 'configuration'],
  proxy: ['network'],
  connection: ['settings', 'network', 'providers', 'configuration', 'secrets', 'proxy'],
  alone: ['settings', 'network', 'providers', 'configuration', 'secrets', 'proxy', 'connection'],
  python: ['connection'],
  doctor: ['settings', 'providers', 'configuration', 'connection'],
};

/** By room of the proxy: the other rooms of the proxy that it may import. */
const proxyRooms = {
  http: [],
  sockets: [],
  admission: ['http', 'messages'],
  upstream: ['http', 'sockets', 'messages', 'own-response', 'upstream-trouble'],
  exchange: [
    'http',
    'sockets',
    'admission',
    'upstream',
    'messages',
    'own-response',
    'responses',
    'credential-gate',
    'sign-in-wall',
    'statistics',
  ],
  control: ['messages'],
  process: ['admission', 'control', 'messages', 'responses', 'server'],
};

const leaves = [
  '^src/environment\\.ts$',
  '^src/problem\\.ts$',
  '^src/problem-catalogue\\.ts$',
  '^src/mending\\.ts$',
  '^src/secret\\.ts$',
  '^src/age\\.ts$',
  '^src/inert\\.ts$',
  '^src/expiry\\.ts$',
  '^src/deadline\\.ts$',
  '^src/read-small-file\\.ts$',
];

/** Where the processes begin, and what wires the rooms. */
const entries = ['^src/(app|extension|process|uninstall)\\.ts$'];

function room([name, allowed]) {
  return {
    name: `${name}-knows-only`,
    comment: `${name}/ may import ${allowed.join(', ') || 'no other room'}.`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: '^src/', pathNot: [name, ...allowed].map((one) => `^src/${one}/`).concat(leaves) },
  };
}

function proxyRoom([name, allowed]) {
  return {
    name: `proxy-${name}-knows-only`,
    comment: `proxy/${name}/ may import ${allowed.join(', ') || 'no other room'} of the proxy.`,
    severity: 'error',
    from: { path: `^src/proxy/${name}/` },
    to: { path: '^src/proxy/', pathNot: [name, ...allowed].map((one) => `^src/proxy/${one}(/|\\.ts$)`) },
  };
}

export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^(src|test|demo)/' },
      to: { circular: true },
    },
    {
      name: 'no-circles-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      to: { circular: true },
    },
    ...Object.entries(rooms).map(room),
    ...Object.entries(proxyRooms).map(proxyRoom),
    {
      name: 'leaves-know-only-leaves',
      comment:
        'What every room may import knows none but the names of settings; the catalogue has the codes of all.',
      severity: 'error',
      from: { path: leaves },
      to: { path: '^src/', pathNot: [...leaves, '^src/settings/manifest\\.ts$', 'problem-codes\\.ts$'] },
    },
    {
      name: 'nothing-outside-the-rooms',
      comment: 'A new room, of src/ or of proxy/, has a line in this file and a row in ARCHITECTURE.md.',
      severity: 'error',
      from: {
        path: ['^src/[^/]+\\.ts$', '^src/[^/]+/', '^src/proxy/[^/]+/'],
        pathNot: [
          ...leaves,
          ...entries,
          `^src/(${Object.keys(rooms)
            .filter((name) => name !== 'proxy')
            .join('|')}|vscode)/`,
          `^src/proxy/((${Object.keys(proxyRooms).join('|')})/|[^/]+$)`,
        ],
      },
      to: {},
    },
    {
      name: 'http-grammar-imports-nothing',
      comment: 'proxy/http/ is the grammar of HTTP and nothing else.',
      severity: 'error',
      from: { path: '^src/proxy/http/' },
      to: { pathNot: '^src/proxy/http/' },
    },
    {
      name: 'providers-are-apart',
      comment: 'A provider knows no other; what several need is in providers/transport/.',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/' },
      to: {
        path: '^src/providers/[^/]+/',
        pathNot: ['^src/providers/$1/', '^src/providers/transport/'],
      },
    },
    {
      name: 'providers-only-through-the-registry',
      comment: 'What is known of one provider is asked through providers/providers.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/providers/'] },
      to: { path: '^src/providers/[^/]+/', pathNot: '^src/providers/transport/' },
    },
    {
      name: 'shipped-code-imports-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|demo)/' },
    },
    {
      name: 'no-development-package-is-shipped',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/vscode',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.mts'] },
  },
};
