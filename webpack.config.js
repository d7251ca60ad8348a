// @ts-check
const path = require('node:path');
const { DefinePlugin } = require('webpack');
const { version } = require('./package.json');

/** @returns {import('webpack').Configuration} */
function nodeProgram(name, entry) {
  return {
    name,
    mode: 'production',
    target: 'node20',
    entry: { [name]: entry },
    output: {
      path: path.join(__dirname, 'dist'),
      filename: '[name].js',
      chunkFilename: `${name}.[name].js`,
      library: { type: 'commonjs2' },
    },
    resolve: { extensions: ['.ts', '.js'] },
    module: {
      rules: [{ test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } }],
    },
    // A native module: loaded from where it is installed, if it is.
    externals: { '@tensorflow/tfjs-node': 'commonjs @tensorflow/tfjs-node' },
    plugins: [new DefinePlugin({ __LAB_VERSION__: JSON.stringify(version) })],
    // Stack traces of a research tool are read by its users.
    optimization: { minimize: false },
    devtool: 'source-map',
    performance: { hints: false },
    stats: 'errors-warnings',
  };
}

module.exports = [
  nodeProgram('cli', './src/cli/main.ts'),
  // Beside every program that runs experiments: a thread of its worker pool.
  nodeProgram('worker', './src/node/pool/worker.ts'),
  // Likewise: a thread of the inversion.
  nodeProgram('seedThread', './src/node/inversion/seedThread.ts'),
];
