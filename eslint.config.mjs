import { globSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { sentences } from './test/support/lint/sentences.mjs';

/** Packages of a secret store; each may be loaded only by its own provider. */
const sdks = ['node-vault', '@aws-sdk/*', '@azure/*', '@smithy/*'];

/** What the source files of a room may not name; ARCHITECTURE.md has the picture, .dependency-cruiser.mjs the arrows. */
function boundary(files, { sdk = false, editor = false }) {
  const patterns = sdk ? [] : [{ group: sdks, message: 'An SDK is imported only inside its provider.' }];
  const paths = editor
    ? []
    : [{ name: 'vscode', message: 'Only vscode/, extension.ts and app.ts import the editor.' }];
  return { files, rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }] } };
}

const providerIds = globSync('src/providers/*/provider.ts', { cwd: import.meta.dirname }).map(
  (file) => file.split(/[\\/]/)[2],
);
const idOfProvider = `(${providerIds.join('|')})`;
const providerNamed = [
  `Literal[value=/^(mlflowSecretsAuth\\.)?${idOfProvider}($|\\.)/]`,
  `TemplateElement[value.cooked=/^(mlflowSecretsAuth\\.)?${idOfProvider}($|\\.)/]`,
  `Property[computed=false][key.name=/^${idOfProvider}$/]`,
].map((selector) => ({
  selector,
  message: 'What is known of one provider is asked through providers/providers.ts.',
}));

/** Acts on the editor that have one place. */
const editorDoors = [
  {
    selector: 'MemberExpression[property.name="registerCommand"]',
    message: 'Commands are registered in vscode/commands.ts, where what they throw is shown.',
  },
  { selector: 'Literal[value="setContext"]', message: 'Use setContext of vscode/commands.ts.' },
  {
    selector: 'ImportExpression > Literal[value="vscode"]',
    message: 'Import the editor at the top of the file.',
  },
];
/** The rule for imports does not see those that are made later. */
const sdkDoor = {
  selector: 'ImportExpression > Literal[value=/^(node-vault$|@(aws-sdk|azure|smithy)\\u002F)/]',
  message: 'An SDK is imported only inside its provider.',
};

/** Where the editor shows words: it reads links, icons and Markdown in them. */
const sinkNames = [
  'show(Error|Warning|Information)Message',
  'withProgress',
  'create(InputBox|QuickPick)',
  'show(InputBox|QuickPick|WorkspaceFolderPick|OpenDialog|SaveDialog)',
  'createStatusBarItem',
  'setStatusBarMessage',
  'createOutputChannel',
  'createTerminal',
  'sendText',
  'createWebview(Panel|TextEditorInset)',
  'create(TreeView|TextEditorDecorationType|DiagnosticCollection|CommentController|LanguageStatusItem)',
  'create(SourceControl|TestController|NotebookController|ChatParticipant)',
  'register(TreeData|WebviewView|CustomEditor|FileDecoration|TerminalLink|TerminalProfile)Provider',
  'register(Hover|CodeLens|CodeActions|CompletionItem|InlineCompletionItem|InlayHints|DocumentLink)Provider',
  'register(SignatureHelp|InlineValues|MappedEdits|NotebookCellStatusBarItem)Provider',
  'registerTool',
  'LanguageModel(TextPart|ToolResult)',
  'MarkdownString',
].join('|');
const sinkMessage =
  'What the editor shows goes through src/vscode/sinks/, where words of others are made inert.';
const sinks = [
  { selector: `Identifier[name=/^(${sinkNames})$/]`, message: sinkMessage },
  { selector: `Literal[value=/^(${sinkNames})$/]`, message: sinkMessage },
  { selector: `TemplateElement[value.cooked=/^(${sinkNames})$/]`, message: sinkMessage },
  {
    selector: 'AssignmentExpression > MemberExpression.left[property.name=/^(description|tooltip)$/]',
    message: sinkMessage,
  },
];
/** A secret source asks for it under the same name. */
const browserDoor = {
  selector: 'MemberExpression[property.name="openExternal"]',
  message: 'Use src/vscode/sinks/browser.ts, which opens addresses of the web only.',
};

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
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'max-params': ['error', { max: 4 }],
    },
  },
  boundary(['src/**'], {}),
  boundary(['src/app.ts', 'src/extension.ts', 'src/vscode/**'], { editor: true }),
  boundary(['src/providers/*/**'], { sdk: true }),
  // The last block that fits a file replaces the others' list.
  { files: ['src/providers/**'], rules: { 'no-restricted-syntax': ['error', ...editorDoors, ...sinks] } },
  {
    files: ['src/**'],
    ignores: ['src/providers/**'],
    rules: { 'no-restricted-syntax': ['error', browserDoor, sdkDoor, ...editorDoors, ...sinks] },
  },
  {
    files: ['src/**'],
    ignores: ['src/providers/**', 'src/settings/manifest.ts', 'src/vscode/connect/steps{.ts,/**}'],
    rules: {
      'no-restricted-syntax': ['error', ...providerNamed, browserDoor, sdkDoor, ...editorDoors, ...sinks],
    },
  },
  {
    files: ['src/vscode/commands.ts'],
    rules: { 'no-restricted-syntax': ['error', ...providerNamed, browserDoor, sdkDoor, ...sinks] },
  },
  {
    files: ['src/vscode/sinks/**'],
    rules: { 'no-restricted-syntax': ['error', ...providerNamed, ...editorDoors, sdkDoor] },
  },
  {
    files: ['src/**'],
    plugins: { house: { rules: { sentences } } },
    rules: { 'house/sentences': 'error' },
  },
  {
    files: ['test/**', 'demo/**', '*.mjs'],
    rules: {
      'no-console': 'off',
      // A suite is one function, as long as its tests.
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'max-params': ['error', { max: 5 }],
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
