// @ts-check
const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');
const { EsbuildPlugin } = require('esbuild-loader');
const { DefinePlugin, sources } = require('webpack');
const { version } = require('./package.json');

/** `npm run dev` builds quickly for those who debug, everything else builds what is shipped. */
let mode = 'production';
const dist = path.join(__dirname, 'dist');
const VERSION = new DefinePlugin({ __LAB_VERSION__: JSON.stringify(version) });

/** Whether a file in dist/ is a part that a bundle loads when it is needed. */
function isPartOf(name, file) {
  return file.startsWith(`${name}.`) && /^\.\d+\.js/.test(file.slice(name.length));
}

/**
 * What all bundles have in common.
 * @returns {import('webpack').Configuration}
 */
function bundle(name, entry, target) {
  return {
    name,
    mode,
    entry: { [name]: entry },
    output: {
      path: dist,
      filename: '[name].js',
      chunkFilename: `${name}.[name].js`,
      // Of the last build, only the parts of this bundle that no longer exist are in the way.
      clean: { keep: (file) => !isPartOf(name, file) },
    },
    resolve: { extensions: ['.ts', '.js'] },
    module: {
      rules: [
        { test: /\.ts$/, loader: 'esbuild-loader', options: { target } },
        // A style sheet that a program itself puts into a page.
        { test: /\.css$/, type: 'asset/source' },
        {
          test: /@tensorflow[\\/].*\.js$/,
          loader: path.join(__dirname, 'scripts/dropSourceMap.cjs'),
        },
      ],
    },
    plugins: [VERSION],
    // The names of parts that are loaded later are numbers in both modes, which .vscodeignore and `clean` know.
    optimization: { chunkIds: 'deterministic' },
    devtool: 'source-map',
    performance: { hints: false },
    stats: 'errors-warnings',
  };
}

/** A program of Node, or of the extension host. */
function nodeProgram(name, entry) {
  const common = bundle(name, entry, 'es2022');
  return {
    ...common,
    target: 'node20',
    output: { ...common.output, library: { type: 'commonjs2' } },
    externals: {
      vscode: 'commonjs vscode',
      // A native module: loaded from where it is installed, if it is.
      '@tensorflow/tfjs-node': 'commonjs @tensorflow/tfjs-node',
    },
    // Stack traces of a research tool are read by its users.
    optimization: { ...common.optimization, minimize: false },
  };
}

/**
 * The plugin of VS Code's TypeScript server. The server looks for it among the packages of the extension
 * alone, and calls what the module is.
 */
function serverPlugin(name, entry) {
  const program = nodeProgram('index', entry);
  const folder = path.join(__dirname, 'node_modules', name);
  const output = {
    ...program.output,
    path: folder,
    library: { type: 'commonjs2', export: 'default' },
  };
  return { ...program, name, output, devtool: false };
}

/** What a web page runs, as small as it gets. */
function pageProgram(name, entry) {
  const common = bundle(name, entry, 'es2022');
  return {
    ...common,
    target: ['web', 'es2022'],
    // A strict content security policy allows no evaluated code, a page no second request for code.
    output: { ...common.output, chunkFormat: false },
    optimization: {
      ...common.optimization,
      minimizer: [new EsbuildPlugin({ target: 'es2022' })],
    },
  };
}

/** A page of the editor: src/webviews/<surface>/main.ts with main.css beside it. */
function page(surface) {
  const folder = path.join(__dirname, 'src/webviews', surface);
  const style = path.join(folder, 'main.css');
  const program = pageProgram(`pages/${surface}`, path.join(folder, 'main.ts'));
  return { ...program, plugins: [VERSION, new StyleSheet(style, `pages/${surface}.css`)] };
}

/** The renderer of notebook outputs, which VS Code loads as an ES module. */
function renderer(entry) {
  const program = pageProgram('renderer', entry);
  return {
    ...program,
    experiments: { outputModule: true },
    output: { ...program.output, module: true, chunkFormat: 'module', library: { type: 'module' } },
    // For a page it would wrap the program in a function, and its exports with it.
    optimization: {
      ...program.optimization,
      minimizer: [new EsbuildPlugin({ target: 'es2022', format: 'esm' })],
    },
  };
}

/** Puts a style sheet, with what it imports, beside a page's program. */
class StyleSheet {
  constructor(file, asset) {
    this.file = file;
    this.asset = asset;
  }

  /** @param {import('webpack').Compiler} compiler */
  apply(compiler) {
    compiler.hooks.thisCompilation.tap('StyleSheet', (compilation) => {
      compilation.hooks.processAssets.tapPromise('StyleSheet', async () => {
        compilation.fileDependencies.add(this.file);
        const { outputFiles } = await esbuild.build({
          entryPoints: [this.file],
          bundle: true,
          minify: true,
          write: false,
        });
        compilation.emitAsset(this.asset, new sources.RawSource(outputFiles[0].text));
      });
    });
  }
}

const PROGRAMS = {
  cli: './src/cli/main.ts',
  // Beside every program that runs experiments: a thread of its worker pool.
  worker: './src/node/compute/pool/worker.ts',
  // The process that executes notebook cells, the thread that watches over it, and what cells import.
  kernel: './src/node/notebook/kernel/main.ts',
  watch: './src/node/notebook/kernel/watch.ts',
  polysemanticity: './src/api/index.ts',
  extension: './src/extension/extension.ts',
  // The process in which the extension's experiments run.
  engine: './src/node/compute/engineServer/main.ts',
  // Suites that run inside VS Code.
  'test/vscode/index': './test/vscode/index.ts',
  'test/vscode/restricted/index': './test/vscode/restricted/index.ts',
  'test/vscode/multiroot/index': './test/vscode/multiroot/index.ts',
};

const webviews = path.join(__dirname, 'src/webviews');
const surfaces = readdirSync(webviews).filter((name) =>
  existsSync(path.join(webviews, name, 'main.ts')),
);

/** All programs. @param {{ development?: boolean }} [env] */
module.exports = (env) => {
  mode = env?.development ? 'development' : 'production';
  return [
    ...Object.entries(PROGRAMS).map(([name, entry]) => nodeProgram(name, entry)),
    serverPlugin('polysemanticity-cells', './src/tsPlugin/main.ts'),
    ...surfaces.filter((name) => name !== 'renderer').map(page),
    ...surfaces
      .filter((name) => name === 'renderer')
      .map((name) => renderer(path.join(webviews, name, 'main.ts'))),
  ];
};
