/**
 * Holds every sentence that a person may see to `l10n.t('…')` of @vscode/l10n: one literal, so that the exported bundle
 * has it, and called when it is needed, because a text at the top of a module is made before the language is known.
 */
const words = /[A-Za-z]{2,}[,;:.]? +[A-Za-z]{2,}/;

const mediaType = /^[\w+.-]+\/[\w+.-]+; [\w-]+=/;

/** Commands for a terminal. */
const command = /^(aws|az|tmux|set -gx) /;

/** Methods that look for others' words in a text. */
const searches = new Set(['endsWith', 'includes', 'startsWith']);

/** Properties that are shown: here a single word counts, too. */
const shown = new Set(
  'advice confirmation description detail found heading label message placeholder placeHolder prompt remedy title tooltip'.split(
    ' ',
  ),
);

/** Functions of vscode/sinks/ whose arguments are shown: here, too, where it begins as a sentence does. */
const sinks = new Set([
  'askInDialog',
  'pickOne',
  'showMessage',
  'withCancellableProgress',
  'withQuietProgress',
]);

/** Names and addresses, which are the same in every language. */
const names = /MLflow Secrets Auth|https?:\/\/\S+/g;

/** Lines of HTTP, which are for programs. */
const protocolLine = /\r\n/;

export const sentences = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      bare: "A person may see this: write it as l10n.t('…'), with {0} for what varies.",
      dynamic:
        'l10n.t takes one string literal, which the exported bundle can hold; put {0} for what varies.',
      early: 'l10n.t runs here before the language is known; move it into a function.',
    },
  },
  create(context) {
    return {
      Literal(node) {
        if (typeof node.value === 'string') check(context, node, node.value);
      },
      TemplateLiteral(node) {
        check(context, node, node.quasis.map(({ value }) => value.cooked).join('0'));
      },
      CallExpression(node) {
        if (!isTranslation(node)) return;
        const [first] = node.arguments;
        const isLiteral = first?.type === 'Literal' || first?.type === 'ObjectExpression';
        if (!isLiteral) context.report({ node, messageId: 'dynamic' });
        if (!context.sourceCode.getAncestors(node).some(isFunction))
          context.report({ node, messageId: 'early' });
      },
    };
  },
};

function check(context, node, written) {
  if (protocolLine.test(written)) return;
  const text = written.replace(names, '');
  if (isProductName(node)) return;
  const isLabel =
    node.parent.type === 'Property' && node.parent.value === node && shown.has(node.parent.key.name);
  if (mediaType.test(text) || command.test(text) || isSearched(node)) return;
  const isWord = (isLabel && /^[A-Z]?[a-z]{2,}\b/.test(text)) || (isShown(node) && /^[A-Z][a-z]/.test(text));
  if (!words.test(text) && !isWord) return;
  const around = context.sourceCode.getAncestors(node);
  if (!around.some(isExempt)) context.report({ node, messageId: 'bare' });
}

/** `name: () => 'Azure Key Vault'`: as its maker calls it, in every language. */
function isProductName({ parent }) {
  const isReturned = parent.type === 'ArrowFunctionExpression' && parent.parent.type === 'Property';
  return isReturned && parent.parent.key.name === 'name';
}

function isShown({ parent }) {
  const call = parent.type === 'ArrayExpression' ? parent.parent : parent;
  return call.type === 'CallExpression' && sinks.has(call.callee.name);
}

function isSearched({ parent }) {
  return parent.type === 'CallExpression' && searches.has(parent.callee.property?.name);
}

/** Already translated; of the language itself; or an error that is for us, not for people: those are `Problem`s. */
function isExempt(node) {
  return (
    isTranslation(node) ||
    node.type === 'ImportDeclaration' ||
    node.type.startsWith('TS') ||
    (node.type === 'NewExpression' && /^(Type|Range)?Error$/.test(node.callee.name ?? ''))
  );
}

function isTranslation(node) {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.object.name === 'l10n' &&
    node.callee.property.name === 't'
  );
}

function isFunction({ type }) {
  return /Function/.test(type) || type === 'MethodDefinition';
}
