import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/editor/paths';

/** A suite that runs inside VS Code. */
export interface Suite {
  readonly name: string;
  /** The bundle that exports `run`. */
  readonly bundle: string;
  /** The folder of which every run gets a copy. */
  readonly workspace: string;
  /** What is opened of it: a `.code-workspace`; the folder itself unless named. */
  readonly workspaceFile?: string;
  /** Whether VS Code asks about trust: the folder is not trusted then. */
  readonly workspaceTrust: boolean;
}

const WORKSPACE = path.join(root, 'test/vscode/workspace');

/** What runs inside VS Code, in this order. */
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

/** Gives a function what is to be opened, in a fresh copy of a suite's workspace that is removed afterwards. */
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
