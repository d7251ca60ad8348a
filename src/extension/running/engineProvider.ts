import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../../node/compute/engineServer/engineClient';
import { LINKED_FOLDERS_VARIABLE } from '../../node/files/folders';
import { Lazy } from '../lazy';
import { NotTrusted } from '../trust';
import { tensorflowEnvironment } from './tensorflow';

/**
 * Gives access to the engine process and starts it when it is first needed. All computation of the extension uses
 * this class, so that it alone enforces workspace trust.
 */
export class EngineProvider implements vscode.Disposable {
  private readonly client: Lazy<EngineClient>;

  constructor(context: vscode.ExtensionContext) {
    this.client = new Lazy(async () => {
      const { EngineClient } = await import('../../node/compute/engineServer/engineClient');
      return new EngineClient({ ...tensorflowEnvironment(context), ...linkedFolders() });
    });
  }

  /** The client of the engine process. @throws NotTrusted */
  get(): Promise<EngineClient> {
    return vscode.workspace.isTrusted ? this.client.get() : Promise.reject(new NotTrusted());
  }

  dispose(): void {
    void this.client.ifCreated((client) => client.dispose());
  }
}

/** Symbolic links in experiments may point anywhere in the workspace, because the user trusts all of it. */
function linkedFolders(): Record<string, string> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const named = process.env[LINKED_FOLDERS_VARIABLE];
  const all = named === undefined ? folders : [named, ...folders];
  return { [LINKED_FOLDERS_VARIABLE]: all.join(path.delimiter) };
}
