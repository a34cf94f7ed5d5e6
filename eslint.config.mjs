import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Packages of a secret source; each may be loaded only by its own provider. */
const sdks = ['node-vault', '@aws-sdk/*', '@azure/*', '@smithy/*'];

/**
 * What a room may not import. Data flows settings -> connection -> secret -> proxy -> environment -> Python,
 * and the rooms in the middle know each other's types only through `app.ts`.
 */
function boundary(files, forbidden, message, { sdk = false, editor = false } = {}) {
  const patterns = forbidden.map((group) => ({ group: [group], message }));
  if (!sdk) patterns.push({ group: sdks, message: 'An SDK is imported only inside its provider.' });
  const paths = editor
    ? []
    : [{ name: 'vscode', message: 'Only vscode/, extension.ts and app.ts import the editor.' }];
  return { files, rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }] } };
}

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', 'test/fixtures'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/promise-function-async': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An empty text and a zero mean "not set" in settings.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, number: true } },
      ],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  boundary(['src/*.ts'], [], '', { editor: true }),
  boundary(['src/vscode/**'], [], '', { editor: true }),
  boundary(
    ['src/connection/**'],
    ['**/vscode/**', '**/secrets/**', '**/proxy/**', '**/python/**', '**/doctor/**'],
    'connection/ stands first: it knows no later room.',
  ),
  boundary(
    ['src/connection/life/**'],
    ['**/vscode/**', '**/python/**', '**/doctor/**'],
    "A connection's life moves secrets to the proxy; it knows no editor and no Python.",
  ),
  boundary(
    ['src/secrets/**'],
    ['**/vscode/**', '**/proxy/**', '**/python/**', '**/doctor/**', '**/connection/life/**'],
    'secrets/ knows neither the proxy nor Python.',
  ),
  boundary(
    ['src/secrets/providers/**'],
    ['**/vscode/**', '**/proxy/**', '**/python/**', '**/doctor/**', '**/connection/life/**'],
    'A provider knows its store, nothing else.',
    { sdk: true },
  ),
  boundary(
    ['src/proxy/**'],
    ['**/vscode/**', '**/secrets/**', '**/python/**', '**/doctor/**', '**/connection/**'],
    'proxy/ runs in a worker and knows only its messages.',
  ),
  boundary(
    ['src/python/**'],
    ['**/vscode/**', '**/secrets/**', '**/proxy/**', '**/doctor/**', '**/connection/life/**'],
    'python/ only describes what Python finds.',
  ),
  boundary(
    ['src/doctor/**'],
    ['**/vscode/**', '**/secrets/**', '**/proxy/**', '**/python/**', '**/connection/life/**'],
    'doctor/ works on what it is given.',
  ),
  {
    files: ['test/**', 'demo/**', '*.mjs'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        performance: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
