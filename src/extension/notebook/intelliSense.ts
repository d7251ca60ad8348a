import * as vscode from 'vscode';
import { PLUGIN_NAME, type PluginConfiguration } from '../../protocol/tsPlugin';
import { usesThisKernel, NOTEBOOK_TYPE } from './controller';
import { LANGUAGES } from './kernelspec';

/** The used part of the API of VS Code's TypeScript extension. */
interface TypeScriptExtension {
  getAPI(version: 0): { configurePlugin(name: string, configuration: unknown): void } | undefined;
}

/**
 * Configures the plugin of VS Code's TypeScript server with the cells that this kernel executes. In these cells, the
 * plugin resolves the module `polysemanticity` and the declarations of other cells.
 */
export class IntelliSense implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[];
  private lastConfiguration = '';

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const update = (): void => {
      this.update().catch((error: unknown) => this.log.warn(String(error)));
    };
    const { workspace } = vscode;
    this.disposables = [
      workspace.onDidOpenNotebookDocument(update),
      workspace.onDidChangeNotebookDocument(update),
      workspace.onDidCloseNotebookDocument(update),
    ];
    update();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async update(): Promise<void> {
    const configuration = this.configuration();
    const text = JSON.stringify(configuration);
    const isEmpty = Object.keys(configuration.notebooks).length === 0;
    if (text === this.lastConfiguration || (isEmpty && this.lastConfiguration === '')) return;
    this.lastConfiguration = text;
    const extension = vscode.extensions.getExtension<TypeScriptExtension>(
      'vscode.typescript-language-features',
    );
    const api = (await extension?.activate())?.getAPI(0);
    api?.configurePlugin(PLUGIN_NAME, configuration);
  }

  private configuration(): PluginConfiguration {
    const types = (name: string): string =>
      vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'types', name).fsPath;
    const notebooks = vscode.workspace.notebookDocuments
      .filter((notebook) => notebook.notebookType === NOTEBOOK_TYPE && usesThisKernel(notebook))
      .map((notebook): [string, string[]] => {
        const cells = notebook
          .getCells()
          .map(({ document }) => document)
          .filter(({ languageId }) => LANGUAGES.includes(languageId));
        return [notebook.uri.path, cells.map(({ uri }) => uri.fragment)];
      });
    return {
      types: {
        api: types('polysemanticity/index.d.ts'),
        globals: types('polysemanticity/globals.d.ts'),
      },
      notebooks: Object.fromEntries(notebooks),
    };
  }
}
