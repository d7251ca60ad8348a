import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/editor/paths';

/** A suite that runs inside VS Code. */
export interface Suite {
  readonly name: string;
  /** The bundle that exports `run`. */
  readonly bundle: string;
  /** Whether VS Code asks about trust: the folder is not trusted then. */
  readonly workspaceTrust: boolean;
}

/** What runs inside VS Code, in this order. */
export const suites: readonly Suite[] = [
  {
    name: 'trusted',
    bundle: path.join(root, 'dist/test/vscode/index.js'),
    workspaceTrust: false,
  },
  {
    name: 'restricted',
    bundle: path.join(root, 'dist/test/vscode/restricted/index.js'),
    workspaceTrust: true,
  },
];

/** Gives a function a fresh copy of the workspace of the tests, and removes it afterwards. */
export async function withWorkspace<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-workspace-'));
  const folder = path.join(temporary, 'workspace');
  cpSync(path.join(root, 'test/vscode/workspace'), folder, { recursive: true });
  try {
    return await use(folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
