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

describe('language features', () => {
  let folder = '';
  let file = vscode.Uri.file('/');

  before(async () => {
    // Activate the extension, which provides the language features.
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

  /** Opens the experiment and replaces its text without saving. */
  async function open(content: unknown): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, text));
    return editor;
  }

  /** Waits until the diagnostics of the experiment meet a condition. */
  function diagnostics(
    condition: (found: readonly vscode.Diagnostic[]) => boolean,
  ): Promise<readonly vscode.Diagnostic[]> {
    return eventually(() => {
      const found = vscode.languages.getDiagnostics(file);
      assert.ok(condition(found), JSON.stringify(found));
      return found;
    });
  }

  it('complete and explain fields by the schema', async () => {
    const editor = await open({ ...SMALL, training: { optimizer: 'lion' } });
    const { document } = editor;
    const [wrong] = await diagnostics((found) => found.length > 0);
    // The language server would report a warning.
    assert.equal(wrong.source, 'Polysemanticity');
    assert.equal(wrong.severity, vscode.DiagnosticSeverity.Error);
    assert.match(
      wrong.message,
      /training\.optimizer: "lion" is not allowed: expected "adam" or "adamw" or "sgd"/,
    );

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

  it('complete and explain arms and probes', async () => {
    const arms = [
      { name: 'control' },
      { name: 'small', pruning: { method: 'magnitude' } },
      { name: 'drawn', pruning: { method: 'random', widthsOf: 'small' } },
    ];
    const { document } = await open({ ...SMALL, attribution: { probes: ['one-hot'] }, arms });
    const at = (text: string, behind: number): vscode.Position =>
      document.positionAt(document.getText().indexOf(text) + behind);
    const completed = (place: vscode.Position, expected: string[]): Promise<void> =>
      eventually(async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          file,
          place,
        );
        const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
        for (const label of expected)
          assert.ok(labels.includes(label), `${label} of ${labels.join()}`);
      });
    await completed(at('"widthsOf": "small"', 13), ['"small"']);
    await completed(at('"method": "random"', 11), ['"taylor"', '"snip"', '"scratch"']);
    await completed(at('"one-hot"', 1), ['"distribution"', '"scaled"']);
    await completed(at('"widthsOf"', 0), ['rewind', 'schedule', 'scope']);

    const explained = async (place: vscode.Position): Promise<string> => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        file,
        place,
      );
      const contents = hovers.flatMap((hover) => hover.contents);
      return contents.map((content) => (content as vscode.MarkdownString).value).join('\n');
    };
    assert.match(await explained(at('"widthsOf"', 3)), /the arm whose widths are taken/);
    assert.match(await explained(at('"arms"', 3)), /Treatments to compare/);
    assert.match(await explained(at('"probes"', 3)), /distribution: the mean over samples/);
  });

  it('offer the widths of the only arm that has some', async () => {
    const arms = [
      { name: 'small', pruning: { method: 'magnitude' } },
      { name: 'fresh', pruning: { method: 'scratch' } },
    ];
    const { document } = await open({ ...SMALL, arms });
    const found = await diagnostics((all) =>
      all.some(({ message }) => message.includes('scratch')),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      file,
      found[0].range,
    );
    const fix = actions.find(({ title }) => title === 'Set “arms.1.pruning.widthsOf” to "small"');
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    await vscode.workspace.applyEdit(fix.edit);
    await diagnostics((all) => all.length === 0);
    assert.match(document.getText(), /"widthsOf": "small"/);
  });

  it('report an error beyond the schema once, with a quick fix', async () => {
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

  it('report an unknown field once, as an error, with a quick fix to rename it', async () => {
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

  it('report imported files that do not exist', async () => {
    const { name, $schema, specimen } = SMALL;
    const data = { source: 'imported', data: 'gone.pth', encoder: 'experiment.json' };
    await open({ $schema, name, data, specimen });
    const found = await diagnostics((all) => all.some(({ message }) => message.startsWith('data')));
    assert.deepEqual(
      found.map(({ message }) => message),
      [`data.data: "gone.pth" does not exist: ${path.join(folder, 'gone.pth')}`],
    );
  });

  it('ignore files of the same name with another schema', async () => {
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
    // The diagnostics of the previous text go once the user pauses typing.
    await diagnostics((all) => all.every(({ source }) => source !== 'Polysemanticity'));
  });

  describe('of an experiment with runs', function () {
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

    it('show commands, progress and result in code lenses, and results of layers in inlay hints', async () => {
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
          /^R \d+\.\d\d \(null \d+\.\d+ ± 0\.\d+\), test loss [\d.e-]+, just now$/,
        );
      }, 20_000);
      const hints = await hintsOf(document);
      assert.equal(hints.length, 2, JSON.stringify(hints));
      for (const hint of hints) assert.match(hint, /^R (\d+\.\d\d|—)(, \d+ dead)?$/);
    });

    it('show neither if the settings disable them', async () => {
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
    it('selects the layer at whose width it is', async () => {
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

    it('moves to the width of a layer selected in another view, without changing the selection', async () => {
      const { selection } = await labOf();
      const editor = await open(SMALL);
      const changes: SelectedPart[] = [];
      const listening = selection.onDidChange((change) => changes.push(change));
      for (const layer of [0, 1, 0]) {
        selection.select({ experiment: folder, layer, source: 'matrix' });
        await eventually(() => {
          assert.equal(editor.document.getText(editor.selection), ['8', '4'][layer]);
        });
      }
      // Wait for the events of the cursor moves, which must not change the selection.
      await new Promise((resolve) => setTimeout(resolve, 300));
      listening.dispose();
      assert.deepEqual(
        changes.map(({ source }) => source),
        ['matrix', 'matrix', 'matrix'],
      );
    });
  });
});
