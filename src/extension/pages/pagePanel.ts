import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import {
  Connection,
  type ExportedFile,
  type Handlers,
  type Methods,
  type PageHost,
  type Port,
} from '../../protocol/connection';
import { pageHtml } from './html';
import { saveFile } from './saveFile';
import { type PageName, viewTypeOf } from './viewType';

/** A page in a webview panel, with the connection to it. */
export class PagePanel<Remote extends Methods<Remote>, Local extends PageHost & Methods<Local>> {
  readonly connection: Connection<Remote, Local>;
  private readonly disposables: vscode.Disposable[] = [];

  /**
   * Loads a page into a panel.
   * @param handlers for messages of the page, except requests to save files, which this class handles
   */
  constructor(
    readonly panel: vscode.WebviewPanel,
    context: vscode.ExtensionContext,
    name: PageName,
    handlers: Omit<Handlers<Local>, keyof PageHost>,
  ) {
    const { webview } = panel;
    const root = vscode.Uri.joinPath(context.extensionUri, 'dist', 'pages');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    const common: Handlers<PageHost> = { save: (file: ExportedFile) => saveFile(file) };
    this.connection = new Connection<Remote, Local>(portOf(webview), {
      ...handlers,
      ...common,
    } as unknown as Handlers<Local>);
    panel.onDidDispose(() => this.dispose(), undefined, this.disposables);
    const address = (ending: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(root, `${name}.${ending}`)).toString();
    webview.html = pageHtml({
      title: panel.title,
      language: vscode.env.language,
      script: address('js'),
      style: address('css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
    });
  }

  /** Brings the panel to the front; by default, the focus stays in the editor. */
  reveal(preserveFocus = true): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  private dispose(): void {
    this.connection.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** Opens an empty panel in the column of the user's settings; the focus stays in the editor. */
export function openPanel(name: PageName, title: string): vscode.WebviewPanel {
  const column = vscode.workspace.getConfiguration('polysemanticity').get<string>('views.column');
  const viewColumn = column === 'active' ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
  return vscode.window.createWebviewPanel(viewTypeOf(name), title, {
    viewColumn,
    preserveFocus: true,
  });
}

function portOf(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (listener) => {
      const listening = webview.onDidReceiveMessage(listener);
      return () => void listening.dispose();
    },
  };
}
