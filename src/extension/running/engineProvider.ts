import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../../node/compute/engineServer/engineClient';
import { LINKED_FOLDERS_VARIABLE } from '../../node/files/folders';
import { Lazy } from '../lazy';
import { NotTrusted } from '../trust';
import { tensorflowEnvironment } from './tensorflow';

/**
 * The one door to the engine's process, which is started when it is first needed. Whatever a view or a
 * command has computed goes through it, and it is shut until the workspace is trusted.
 */
export class EngineDoor implements vscode.Disposable {
  private readonly client: Lazy<EngineClient>;

  constructor(context: vscode.ExtensionContext) {
    this.client = new Lazy(async () => {
      const { EngineClient } = await import('../../node/compute/engineServer/engineClient');
      return new EngineClient({ ...tensorflowEnvironment(context), ...linkedFolders() });
    });
  }

  /** The process behind it. @throws NotTrusted */
  get(): Promise<EngineClient> {
    return vscode.workspace.isTrusted ? this.client.get() : Promise.reject(new NotTrusted());
  }

  dispose(): void {
    void this.client.ifMade((client) => client.dispose());
  }
}

/** Links of experiments may lead anywhere in the workspace: the user trusts all of it. */
function linkedFolders(): Record<string, string> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const named = process.env[LINKED_FOLDERS_VARIABLE];
  const all = named === undefined ? folders : [named, ...folders];
  return { [LINKED_FOLDERS_VARIABLE]: all.join(path.delimiter) };
}
