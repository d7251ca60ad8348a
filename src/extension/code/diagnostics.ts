import * as vscode from 'vscode';
import type { TextProblem } from '../../node/code/problems';
import { folderOf, mayBeExperiment, rangeOf, readExperiment } from './documents';

/** The source of the diagnostics, which VS Code shows beside each. */
export const SOURCE = 'Polysemanticity';

/** Check only after the user has paused typing for this long. */
const PAUSE_MS = 300;

/**
 * Reports, in every open experiment, the errors that a run would report, with the same messages. Syntax errors are
 * left to VS Code's JSON language server where it checks the document.
 */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('polysemanticity');
  private readonly pending = new Map<string, NodeJS.Timeout>();
  private readonly disposables: vscode.Disposable[] = [this.collection];

  constructor(private readonly log: vscode.LogOutputChannel) {
    const { workspace } = vscode;
    this.disposables.push(
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, PAUSE_MS)),
      workspace.onDidSaveTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('json.validate.enable')) this.checkAll();
      }),
      // The files that an experiment refers to may have changed since the editor was last active.
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) this.schedule(editor.document, 0);
      }),
    );
    this.checkAll();
  }

  dispose(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  private schedule(document: vscode.TextDocument, pause: number): void {
    const key = document.uri.toString();
    clearTimeout(this.pending.get(key));
    this.pending.delete(key);
    // The content is parsed only when the timer fires.
    if (!mayBeExperiment(document)) return;
    const timer = setTimeout(() => {
      this.pending.delete(key);
      this.check(document).catch((error: unknown) => this.log.error(String(error)));
    }, pause);
    this.pending.set(key, timer);
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    if (document.isClosed) return;
    const experiment = readExperiment(document);
    if (!experiment) {
      this.collection.delete(document.uri);
      return;
    }
    const { version } = document;
    const { missingFiles, textProblems } = await import('../../node/code/problems');
    const problems: TextProblem[] = [
      ...textProblems(document.getText(), isGrammarChecked(document)),
      ...(await missingFiles(experiment.files, folderOf(document))),
    ];
    // The document has changed, so that another check is scheduled, or it was closed.
    if (document.isClosed || document.version !== version) return;
    this.collection.set(
      document.uri,
      problems.map((problem) => diagnosticOf(document, problem)),
    );
  }

  private forget(uri: vscode.Uri): void {
    clearTimeout(this.pending.get(uri.toString()));
    this.pending.delete(uri.toString());
    this.collection.delete(uri);
  }
}

/** Whether VS Code itself reports all syntax errors. In JSON with comments it accepts more than a run does. */
function isGrammarChecked(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'json' &&
    vscode.extensions.getExtension('vscode.json-language-features') !== undefined &&
    vscode.workspace.getConfiguration('json', document).get('validate.enable', true)
  );
}

function diagnosticOf(document: vscode.TextDocument, problem: TextProblem): vscode.Diagnostic {
  const { field, message } = problem;
  const diagnostic = new vscode.Diagnostic(
    rangeOf(document, problem),
    field ? `${field}: ${message}` : message,
  );
  diagnostic.source = SOURCE;
  return diagnostic;
}
