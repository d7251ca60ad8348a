import path from 'node:path';

/** The root of the repository. */
export const root = path.resolve(__dirname, '../..');

/** Where the editors of the tests live; not under version control. */
export const editorFolder = path.join(root, '.vscode-test');

/** The programs of the real VS Code, as {@link ensureEditor} leaves them. */
export const editorPaths = {
  /** A Node of the version that the server needs. */
  node: path.join(editorFolder, 'node_modules/node/bin/node'),
  /** The folder of VS Code within the server's package. */
  vscode: path.join(editorFolder, 'node_modules/code-server/lib/vscode'),
  /** The server without the login page that its package puts around it. */
  server: path.join(editorFolder, 'node_modules/code-server/lib/vscode/out/server-main.js'),
} as const;

/** The environment of the server: its own Node comes first. */
export function editorEnvironment(): NodeJS.ProcessEnv {
  const search = [path.dirname(editorPaths.node), process.env.PATH ?? ''].join(path.delimiter);
  return { ...process.env, PATH: search };
}
