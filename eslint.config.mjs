import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

// Imports run one way: webviews → figures → protocol → core, extension → api, node → figures → protocol →
// core, cli → node, api → node.
const never = (from, forbidden, reason) => ({
  files: [`src/${from}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
            message: `${from} must not import ${forbidden.join(', ')}: ${reason}`,
          },
          ...(from === 'extension'
            ? []
            : [{ regex: '^vscode$', message: 'Only src/extension knows that VS Code exists.' }]),
          ...(['core', 'protocol', 'figures', 'webviews'].includes(from)
            ? [{ regex: '^node:', message: `${from} runs without Node: put this into src/node.` }]
            : []),
        ],
      },
    ],
  },
});

/** Names that are there without an import, in scripts and in the one page that is plain JavaScript. */
const names = (...all) => Object.fromEntries(all.map((name) => [name, 'readonly']));
const NODE = names('console', 'performance', 'process', 'setImmediate', 'setTimeout', 'Buffer');
const COMMON_JS = names('__dirname', '__filename', 'exports', 'module', 'require');
const PAGE = names('document', 'window', 'fetch', 'location', 'acquireVsCodeApi');

/** What the compiler finds in TypeScript. */
const FOUND_BY_COMPILERS = Object.fromEntries(
  [
    'constructor-super',
    'for-direction',
    'getter-return',
    'no-async-promise-executor',
    'no-class-assign',
    'no-compare-neg-zero',
    'no-cond-assign',
    'no-const-assign',
    'no-constant-condition',
    'no-dupe-args',
    'no-dupe-class-members',
    'no-dupe-else-if',
    'no-dupe-keys',
    'no-duplicate-case',
    'no-empty',
    'no-fallthrough',
    'no-func-assign',
    'no-import-assign',
    'no-invalid-regexp',
    'no-loss-of-precision',
    'no-redeclare',
    'no-self-assign',
    'no-shadow',
    'no-this-before-super',
    'no-undef',
    'no-unreachable',
    'no-unsafe-finally',
    'no-unsafe-optional-chaining',
    'no-unused-private-class-members',
    'no-useless-escape',
    'use-isnan',
    'valid-typeof',
  ].map((rule) => [rule, 'error']),
);

export default tseslint.config(
  {
    ignores: ['dist', '.vscode-test', '**/generated/**', 'coverage', 'node_modules'],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  never(
    'core',
    ['node', 'api', 'cli', 'extension', 'webviews', 'figures', 'protocol'],
    'it is a library of its own.',
  ),
  never('node', ['api', 'cli', 'extension', 'webviews'], 'they are its users.'),
  never('api', ['cli', 'extension', 'webviews'], 'they are its users.'),
  never('cli', ['extension', 'webviews'], 'it has no window.'),
  never('extension', ['cli', 'webviews'], 'it talks to pages through src/protocol.'),
  never(
    'protocol',
    ['node', 'api', 'cli', 'extension', 'webviews', 'figures'],
    'it holds types only.',
  ),
  never('figures', ['node', 'api', 'cli', 'extension', 'webviews'], 'they are its users.'),
  never(
    'webviews',
    ['node', 'api', 'cli', 'extension'],
    'a page sees src/figures, src/protocol and src/core.',
  ),
  {
    files: ['src/extension/**/*.ts'],
    ignores: ['src/extension/plainText.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^show(Information|Warning|Error)Message$/]',
          message: 'Messages make links of names: call the function of this name in plainText.ts.',
        },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'require', 'performance', 'Date', 'setTimeout', 'setInterval'].map(
          (name) => ({ name, message: 'The core has no clock, no Node and no DOM.' }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from a named stream of a seed.' },
      ],
      'jsdoc/require-jsdoc': [
        'error',
        { publicOnly: true, require: { FunctionDeclaration: true, ClassDeclaration: true } },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: NODE },
    rules: { ...FOUND_BY_COMPILERS, '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs', globals: COMMON_JS },
  },
  {
    files: ['test/pages/**/*.js'],
    languageOptions: { sourceType: 'script', globals: PAGE },
  },
);
