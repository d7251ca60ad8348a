import * as vscode from 'vscode';
import type { TextProblem } from '../../node/code/problems';
import { folderOf, mayBeExperiment, rangeOf, readExperiment } from './documents';

/** Who says so. */
export const SOURCE = 'Polysemanticity';

/** While somebody types nothing is underlined. */
const PAUSE_MS = 300;

/**
 * Underlines in every open experiment what keeps it from being run, as errors in the words of the run.
 * Where the text is not even JSON, VS Code says so by itself, unless it is told not to or allows comments.
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
      // The files that an experiment names come and go elsewhere.
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
    // What is in it is looked at when nobody types.
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
    // Somebody has typed or closed it meanwhile: another check comes, or none is wanted.
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

/** Whether VS Code itself reports all that is not JSON: in JSON with comments it reports less. */
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
