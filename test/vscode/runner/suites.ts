import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/editor/paths';

/** A suite that runs inside VS Code. */
export interface Suite {
  readonly name: string;
  /** The bundle that exports `run`. */
  readonly bundle: string;
  /** The folder to open; every run gets a copy. */
  readonly workspace: string;
  /** The `.code-workspace` file to open instead of the folder. */
  readonly workspaceFile?: string;
  /** Whether VS Code asks about trust. If so, the folder is not trusted. */
  readonly workspaceTrust: boolean;
}

const WORKSPACE = path.join(root, 'test/vscode/workspace');

/** All suites, in the order in which they run. */
export const suites: readonly Suite[] = [
  {
    name: 'trusted',
    bundle: path.join(root, 'dist/test/vscode/index.js'),
    workspace: WORKSPACE,
    workspaceTrust: false,
  },
  {
    name: 'restricted',
    bundle: path.join(root, 'dist/test/vscode/restricted/index.js'),
    workspace: WORKSPACE,
    workspaceTrust: true,
  },
  {
    name: 'multiroot',
    bundle: path.join(root, 'dist/test/vscode/multiroot/index.js'),
    workspace: path.join(root, 'test/vscode/multiroot/workspace'),
    workspaceFile: 'both.code-workspace',
    workspaceTrust: false,
  },
];

/** Copies the workspace of a suite, passes the path to open to `use`, and removes the copy afterwards. */
export async function withWorkspace<T>(
  { workspace, workspaceFile = '' }: Suite,
  use: (opened: string) => Promise<T>,
): Promise<T> {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-workspace-'));
  const folder = path.join(temporary, 'workspace');
  cpSync(workspace, folder, { recursive: true });
  try {
    return await use(path.join(folder, workspaceFile));
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
