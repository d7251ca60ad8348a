import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SelectedPart } from '../../src/extension/selection';
import { eventually, labOf } from './harness/lab';

const SCHEMA = 'polysemanticity://schemas/experiment.schema.json';
const SMALL = {
  $schema: SCHEMA,
  name: 'Small',
  features: { count: 4, hidden: [3, 1] },
  data: { inputs: 3 },
  specimen: { hidden: [8, 4] },
};

describe('beside the code of an experiment', () => {
  let folder = '';
  let file = vscode.Uri.file('/');

  before(async () => {
    // What is asked of a document is answered by the extension, which has to be there first.
    await labOf();
    folder = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'beside');
    file = vscode.Uri.file(path.join(folder, 'experiment.json'));
    await mkdir(folder, { recursive: true });
    await writeFile(file.fsPath, JSON.stringify(SMALL, null, 2));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens the experiment with another text, which is not saved. */
  async function open(content: unknown): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, text));
    return editor;
  }

  /** All diagnostics of the experiment, once a condition holds. */
  function diagnostics(
    condition: (found: readonly vscode.Diagnostic[]) => boolean,
  ): Promise<readonly vscode.Diagnostic[]> {
    return eventually(() => {
      const found = vscode.languages.getDiagnostics(file);
      assert.ok(condition(found), JSON.stringify(found));
      return found;
    });
  }

  it('serves the schema to the JSON language server, which completes, explains and validates', async () => {
    const editor = await open({ ...SMALL, training: { optimizer: 'sgd' } });
    const { document } = editor;
    const [wrong] = await diagnostics((found) => found.length > 0);
    // By the language server as a warning, by us as what it is.
    assert.equal(wrong.source, 'Polysemanticity');
    assert.equal(wrong.severity, vscode.DiagnosticSeverity.Error);
    assert.match(wrong.message, /training\.optimizer: "sgd" is not allowed: expected "adam"/);

    const before = document.positionAt(document.getText().indexOf('"training"'));
    const list = await eventually(async () => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        file,
        before,
      );
      assert.ok(found.items.length > 3, 'completion');
      return found;
    });
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const field of ['seeds', 'pruning', 'attribution'])
      assert.ok(labels.includes(field), field);

    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      file,
      document.positionAt(document.getText().indexOf('"hidden": [\n      8') + 3),
    );
    const text = hovers.flatMap(({ contents }) =>
      contents.map((c) => (c as vscode.MarkdownString).value),
    );
    assert.match(text.join('\n'), /Widths of the hidden layers/);
  });

  it('underlines what a schema cannot say, once, and offers the answer', async () => {
    const { document } = await open({ ...SMALL, features: { count: 5, hidden: [3, 1] } });
    const found = await diagnostics((all) =>
      all.some(({ message }) => message.startsWith('features.hidden')),
    );
    assert.equal(found.length, 1, JSON.stringify(found));
    const [{ message, range }] = found;
    assert.match(message, /features\.hidden: .*features\.count is 5/);
    assert.equal(document.getText(new vscode.Range(range.start, range.start.translate(0, 1))), '[');

    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file,
      range,
    );
    const fix = actions.find(({ title }) => title === 'Set “features.count” to 4');
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    await vscode.workspace.applyEdit(fix.edit);
    await diagnostics((all) => all.length === 0);
    assert.match(document.getText(), /"count": 4/);
  });

  it('underlines as an error what keeps it from being run, once, and knows the field that was meant', async () => {
    const { document } = await open({ ...SMALL, trainig: { epochs: 3 } });
    const found = await diagnostics((all) =>
      all.some(({ message }) => message.startsWith('trainig')),
    );
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.equal(found[0].source, 'Polysemanticity');
    assert.equal(found[0].severity, vscode.DiagnosticSeverity.Error);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file,
      found[0].range,
    );
    const fix = actions.find(({ title }) => title === 'Rename to “training”');
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    await vscode.workspace.applyEdit(fix.edit);
    await diagnostics((all) => all.length === 0);
    assert.match(document.getText(), /"training": \{/);
  });

  it('underlines imported files that are not there', async () => {
    const { name, $schema, specimen } = SMALL;
    const data = { source: 'imported', data: 'gone.pth', encoder: 'experiment.json' };
    await open({ $schema, name, data, specimen });
    const found = await diagnostics((all) => all.some(({ message }) => message.startsWith('data')));
    assert.deepEqual(
      found.map(({ message }) => message),
      [`data.data: "gone.pth" does not exist: ${path.join(folder, 'gone.pth')}`],
    );
  });

  it('says nothing of files of that name that are not ours', async () => {
    await open({
      ...SMALL,
      $schema: 'https://example.org/other.json',
      features: { count: 5, hidden: [1] },
    });
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      file,
    );
    assert.deepEqual(lenses, []);
    // What it was before is forgotten once nobody types.
    await diagnostics((all) => all.every(({ source }) => source !== 'Polysemanticity'));
  });

  describe('with an experiment that runs', function () {
    this.timeout(120_000);

    const titles = async (uri: vscode.Uri): Promise<string[]> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        20,
      );
      return lenses.map(({ command }) => command?.title ?? '');
    };
    const hintsOf = async (document: vscode.TextDocument): Promise<string[]> => {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        new vscode.Range(0, 0, document.lineCount, 0),
      );
      return hints.map(({ label }) => (typeof label === 'string' ? label : '(parts)'));
    };

    it('has a line of commands, then its progress, then its result, and hints at its layers', async () => {
      const lab = await labOf();
      const quick = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'quick');
      const document = await vscode.workspace.openTextDocument(path.join(quick, 'experiment.json'));
      await vscode.window.showTextDocument(document);
      const before = await titles(document.uri);
      assert.deepEqual(before.slice(0, 3), [
        '$(play) Run',
        '$(table) Attribution matrix',
        '$(graph-line) Trajectories',
      ]);

      const ended = lab.runs.run({ experiment: quick, fresh: true });
      await eventually(async () => {
        assert.equal((await titles(document.uri))[0], '$(debug-stop) Stop');
      });
      assert.equal((await ended).state, 'finished');
      await eventually(async () => {
        const after = await titles(document.uri);
        assert.match(
          after[3] ?? '',
          /^R \d+\.\d\d \(null \d+\.\d+ ± 0\.\d+\), test MSE [\d.e-]+, just now$/,
        );
      }, 20_000);
      const hints = await hintsOf(document);
      assert.equal(hints.length, 2, JSON.stringify(hints));
      for (const hint of hints) assert.match(hint, /^R (\d+\.\d\d|—)(, \d+ dead)?$/);
    });

    it('shows neither where the settings say so', async () => {
      const settings = vscode.workspace.getConfiguration('polysemanticity');
      const quick = vscode.Uri.joinPath(
        vscode.workspace.workspaceFolders![0].uri,
        'quick',
        'experiment.json',
      );
      const document = await vscode.workspace.openTextDocument(quick);
      try {
        await settings.update('codeLens', false, vscode.ConfigurationTarget.Global);
        await settings.update('inlayHints', false, vscode.ConfigurationTarget.Global);
        assert.deepEqual(await titles(document.uri), []);
        assert.deepEqual(await hintsOf(document), []);
      } finally {
        await settings.update('codeLens', undefined, vscode.ConfigurationTarget.Global);
        await settings.update('inlayHints', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });

  describe('the cursor', () => {
    it('selects the layer whose width it is on', async () => {
      const { selection } = await labOf();
      const editor = await open(SMALL);
      const text = editor.document.getText();
      const place = editor.document.positionAt(text.indexOf('4\n', text.indexOf('"specimen"')));
      editor.selection = new vscode.Selection(place, place);
      const { current } = await eventually(() => {
        assert.equal(selection.current?.experiment, folder);
        return selection;
      });
      assert.deepEqual([current?.layer, current?.source], [1, 'code']);
    });

    it('goes to the width of a layer that is selected elsewhere, and answers nothing', async () => {
      const { selection } = await labOf();
      const editor = await open(SMALL);
      const heard: SelectedPart[] = [];
      const listening = selection.onDidChange((change) => heard.push(change));
      for (const layer of [0, 1, 0]) {
        selection.select({ experiment: folder, layer, source: 'matrix' });
        await eventually(() => {
          assert.equal(editor.document.getText(editor.selection), ['8', '4'][layer]);
        });
      }
      // An answer would come with the events of the selection, which have all been told by then.
      await new Promise((resolve) => setTimeout(resolve, 300));
      listening.dispose();
      assert.deepEqual(
        heard.map(({ source }) => source),
        ['matrix', 'matrix', 'matrix'],
      );
    });
  });
});
