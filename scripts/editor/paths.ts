import path from 'node:path';

/** The root of the repository. */
export const root = path.resolve(__dirname, '../..');

/** The folder of the test editors; not under version control. */
export const editorFolder = path.join(root, '.vscode-test');

/** Paths of the programs that {@link ensureEditor} installs. */
export const editorPaths = {
  /** Node in the version that the server needs. */
  node: path.join(editorFolder, 'node_modules/node/bin/node'),
  /** The folder of VS Code in the server's package. */
  vscode: path.join(editorFolder, 'node_modules/code-server/lib/vscode'),
  /** The server itself, without the login page of its package. */
  server: path.join(editorFolder, 'node_modules/code-server/lib/vscode/out/server-main.js'),
} as const;

/** The environment of the server, with its own Node first on PATH. */
export function editorEnvironment(): NodeJS.ProcessEnv {
  const search = [path.dirname(editorPaths.node), process.env.PATH ?? ''].join(path.delimiter);
  return { ...process.env, PATH: search };
}
