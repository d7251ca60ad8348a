import * as vscode from 'vscode';
import { PLUGIN_NAME, type PluginConfiguration } from '../../protocol/tsPlugin';
import { isOurs, NOTEBOOK_TYPE } from './controller';
import { LANGUAGES } from './kernelspec';

/** VS Code's own extension for TypeScript, as far as it is used here. */
interface TypeScriptExtension {
  getAPI(version: 0): { configurePlugin(name: string, configuration: unknown): void } | undefined;
}

/**
 * Tells the plugin of VS Code's TypeScript server which cells are executed by us: in these `polysemanticity`
 * is known, and what other cells declare.
 */
export class IntelliSense implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[];
  private told = '';

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const tell = (): void => {
      this.tell().catch((error: unknown) => this.log.warn(String(error)));
    };
    const { workspace } = vscode;
    this.disposables = [
      workspace.onDidOpenNotebookDocument(tell),
      workspace.onDidChangeNotebookDocument(tell),
      workspace.onDidCloseNotebookDocument(tell),
    ];
    tell();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async tell(): Promise<void> {
    const configuration = this.configuration();
    const text = JSON.stringify(configuration);
    const isNothing = Object.keys(configuration.notebooks).length === 0;
    if (text === this.told || (isNothing && this.told === '')) return;
    this.told = text;
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
      .filter((notebook) => notebook.notebookType === NOTEBOOK_TYPE && isOurs(notebook))
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
