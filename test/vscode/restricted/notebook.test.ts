import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { restrictionOf } from '../../../src/extension/notebook/restriction';
import { eventually, labOf } from '../harness/lab';

describe('in an untrusted workspace', () => {
  const place = (...names: string[]): string =>
    path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, ...names);

  before(labOf);
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('a notebook shows its outputs and runs nothing', async () => {
    const file = place('restricted.ipynb');
    const touched = place('touched');
    const cell = {
      cell_type: 'code',
      execution_count: 1,
      metadata: {},
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'of an earlier day' }],
      source: `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(touched)}, '')`,
    };
    const metadata = { kernelspec: { name: 'polysemanticity', display_name: 'x' } };
    await writeFile(
      file,
      JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells: [cell] }),
    );
    try {
      const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
      await vscode.window.showNotebookDocument(notebook);
      const shown = (): string =>
        new TextDecoder().decode(notebook.cellAt(0).outputs[0]?.items[0]?.data);
      assert.equal(shown(), 'of an earlier day');
      const [item, ...more] = restrictionOf(notebook.cellAt(0));
      assert.match(item.text, /Restricted Mode: cells cannot be executed/);
      assert.deepEqual(more, []);
      assert.equal(item.command, 'workbench.trust.manage');
      assert.ok((await vscode.commands.getCommands()).includes('workbench.trust.manage'));
      // Without a kernel, VS Code asks for one and waits.
      void vscode.commands.executeCommand('notebook.execute', notebook.uri);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      assert.equal(shown(), 'of an earlier day');
      const there = await vscode.workspace.fs.stat(vscode.Uri.file(touched)).then(
        () => true,
        () => false,
      );
      assert.equal(there, false);
    } finally {
      await rm(file, { force: true });
    }
  });

  it('a notebook in Python does not mention this kernel', async () => {
    const data = new vscode.NotebookData([
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'print(1)', 'python'),
      new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# of 1', 'markdown'),
    ]);
    data.metadata = { metadata: { language_info: { name: 'python' } } };
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    assert.deepEqual(notebook.getCells().flatMap(restrictionOf), []);
  });

  it('an experiment has no code lens to run it', async () => {
    const uri = vscode.Uri.file(place('quick', 'experiment.json'));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        20,
      );
      assert.deepEqual(
        lenses.map(({ command }) => command?.command),
        ['polysemanticity.matrix.open', 'polysemanticity.trajectories.open'],
      );
    });
  });
});
