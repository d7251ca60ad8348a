import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually, labOf } from './harness/lab';

const KERNEL = { id: 'polysemanticity', extension: 'polysemanticity.polysemanticity-lab' };
/** Far longer than an interrupt takes, and shorter than any timeout. */
const INTERRUPT_MS = 15_000;

describe('a notebook', function () {
  this.timeout(120_000);
  let folder = '';
  let count = 0;

  before(async () => {
    await labOf();
    folder = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'notebooks');
    await mkdir(folder, { recursive: true });
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(() => rm(folder, { recursive: true, force: true }));

  /** Opens a notebook with these cells and our kernel. */
  async function open(...sources: string[]): Promise<vscode.NotebookDocument> {
    const file = vscode.Uri.file(path.join(folder, `${++count}.ipynb`));
    const cells = sources.map((source) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    }));
    const metadata = {
      kernelspec: { name: 'polysemanticity', display_name: 'x', language: 'typescript' },
      language_info: { name: 'typescript' },
    };
    await writeFile(
      file.fsPath,
      JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells }),
    );
    const notebook = await vscode.workspace.openNotebookDocument(file);
    const notebookEditor = await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.selectKernel', { notebookEditor, ...KERNEL });
    return notebook;
  }

  /** The representations of all outputs of a cell: `mime: text`. */
  function outputs(notebook: vscode.NotebookDocument, cell: number): string[] {
    return notebook
      .cellAt(cell)
      .outputs.flatMap(({ items }) =>
        items.map(({ mime, data }) => `${mime}: ${new TextDecoder().decode(data)}`),
      );
  }

  function joined(notebook: vscode.NotebookDocument, cell: number): string {
    return outputs(notebook, cell).join('\n');
  }

  async function runAll(notebook: vscode.NotebookDocument): Promise<void> {
    await vscode.commands.executeCommand('notebook.execute', notebook.uri);
  }

  async function run(notebook: vscode.NotebookDocument, cell: number): Promise<void> {
    await vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start: cell, end: cell + 1 }],
      document: notebook.uri,
    });
  }

  /** Waits until a cell has ended. @returns whether it succeeded */
  function ended(notebook: vscode.NotebookDocument, cell: number): Promise<boolean | undefined> {
    return eventually(() => {
      const { executionSummary } = notebook.cellAt(cell);
      assert.ok(executionSummary?.timing, `cell ${cell} has not ended`);
      return executionSummary.success;
    }, 60_000);
  }

  it('runs all cells in order, keeps their declarations and shows their outputs', async () => {
    const notebook = await open(
      "import path from 'node:path';\nconst two: number = await Promise.resolve(2);",
      "console.log('a'); console.log('b'); console.error('c'); path.join('x', String(two))",
      "display.html('<b>bold</b>'); two + 40",
    );
    await runAll(notebook);
    assert.equal(await ended(notebook, 2), true);
    const [first, second, third] = [0, 1, 2].map((cell) => outputs(notebook, cell));
    assert.deepEqual(first, []);
    assert.deepEqual(second, [
      'application/vnd.code.notebook.stdout: a\nb\n',
      'application/vnd.code.notebook.stderr: c\n',
      "text/plain: 'x/2'",
    ]);
    assert.ok(third.includes('text/html: <b>bold</b>'), third.join());
    assert.equal(third.at(-1), 'text/plain: 42');
    const orders = notebook
      .getCells()
      .map(({ executionSummary }) => executionSummary?.executionOrder);
    assert.deepEqual(orders, [1, 2, 3]);
  });

  it('shows the line of an error in its cell, and skips the cells after it', async () => {
    const notebook = await open('const one = 1;', "\n\nthrow new Error('no');", 'one');
    await runAll(notebook);
    assert.equal(await ended(notebook, 1), false);
    assert.match(joined(notebook, 1), /notebook\.error: [^]*cell \[2\]:3/);
    assert.deepEqual(outputs(notebook, 2), []);
  });

  it('interrupts an endless loop, skips the queued cells and keeps the variables', async () => {
    const notebook = await open(
      'let kept = 5; console.log("begun");',
      'for (;;) kept = 6;',
      'kept',
    );
    const running = runAll(notebook);
    await eventually(() => assert.match(joined(notebook, 0), /begun/), 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const requested = Date.now();
    await vscode.commands.executeCommand('notebook.cancelExecution', {
      ranges: [{ start: 1, end: 2 }],
      document: notebook.uri,
    });
    assert.equal(await ended(notebook, 1), false);
    assert.ok(Date.now() - requested < INTERRUPT_MS);
    await running;
    assert.match(joined(notebook, 1), /Interrupted/);
    assert.deepEqual(outputs(notebook, 2), []);
    await run(notebook, 2);
    await ended(notebook, 2);
    assert.match(joined(notebook, 2), /text\/plain: 6/);
  });

  it('restarts its kernel by a command', async () => {
    const notebook = await open('var left = 7; left', 'typeof left');
    await runAll(notebook);
    await ended(notebook, 1);
    assert.match(joined(notebook, 1), /'number'/);
    await vscode.commands.executeCommand('polysemanticity.kernel.restart');
    await run(notebook, 1);
    await eventually(() => assert.match(joined(notebook, 1), /'undefined'/), 30_000);
    assert.equal(notebook.cellAt(1).executionSummary?.executionOrder, 1);
  });

  it('reports that its kernel died, and continues with a new one', async () => {
    const notebook = await open(
      'var left = 7; process.kill(process.pid, "SIGABRT");\nawait new Promise(() => {});',
      'typeof left',
    );
    await run(notebook, 0);
    assert.equal(await ended(notebook, 0), false);
    assert.match(joined(notebook, 0), /KernelDied/);
    await run(notebook, 1);
    assert.equal(await ended(notebook, 1), true);
    assert.match(joined(notebook, 1), /'undefined'/);
  });

  it('updates the output of an earlier cell', async () => {
    const notebook = await open("const shown = display('before');", "shown.update('after');");
    await runAll(notebook);
    await ended(notebook, 1);
    await eventually(() => {
      assert.match(joined(notebook, 0), /after/);
      assert.doesNotMatch(joined(notebook, 0), /before/);
    });
  });

  it('ends its kernel when it is closed', async () => {
    const notebook = await open('process.pid');
    await runAll(notebook);
    await ended(notebook, 0);
    const pid = Number(/text\/plain: (\d+)/.exec(joined(notebook, 0))?.[1]);
    process.kill(pid, 0);
    // With unsaved changes, closing would ask first or reopen the notebook.
    await notebook.save();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await eventually(() => assert.throws(() => process.kill(pid, 0), /ESRCH/), 30_000);
  });

  it('completes imports, and declarations of other cells', async () => {
    const notebook = await open(
      "import { runExperiment } from 'polysemanticity';\nconst several = [1, 2, 3];",
      "import { run } from 'polysemanticity';\nsev",
    );
    const { document } = notebook.cellAt(1);
    const labelsAt = async (position: vscode.Position): Promise<string[]> => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    await eventually(async () => {
      const variables = await labelsAt(document.positionAt(document.getText().length));
      for (const name of ['several', 'runExperiment', 'display']) {
        assert.ok(variables.includes(name), name);
      }
      const imports = await labelsAt(new vscode.Position(0, 'import { run'.length));
      assert.ok(imports.includes('runExperiment'), imports.slice(0, 20).join());
    }, 60_000);
    assert.deepEqual(vscode.languages.getDiagnostics(notebook.cellAt(0).document.uri), []);
  });

  /** Opens a notebook with one cell, without selecting a kernel. */
  async function openIn(metadata: object, source = 'print(1)'): Promise<vscode.NotebookDocument> {
    const file = vscode.Uri.file(path.join(folder, `${++count}.ipynb`));
    const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source };
    const text = { nbformat: 4, nbformat_minor: 4, metadata, cells: [cell] };
    await writeFile(file.fsPath, JSON.stringify(text));
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    return notebook;
  }

  /** Selects our kernel, as a click in the list of kernels does. @returns whether the list has our kernel */
  async function select(): Promise<boolean> {
    const notebookEditor = vscode.window.activeNotebookEditor;
    const given = await Promise.race([
      vscode.commands.executeCommand<boolean>('notebook.selectKernel', {
        notebookEditor,
        ...KERNEL,
      }),
      // If there is no such kernel, VS Code shows the list and waits.
      new Promise<false>((resolve) => setTimeout(() => resolve(false), 2000)),
    ]);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    return given;
  }

  /** Closes the notebooks of earlier tests, so that they do not keep the kernel registered. */
  async function closeOthers(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }

  const PYTHON = {
    kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
    language_info: { name: 'python' },
  };

  it('in TypeScript is offered this kernel, but not one in Python', async () => {
    await closeOthers();
    const other = await openIn(PYTHON);
    assert.equal(await select(), false);
    // Without a kernel, VS Code asks for one. Our kernel must not execute the cell.
    void vscode.commands.executeCommand('notebook.execute', other.uri);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    assert.deepEqual(outputs(other, 0), []);
    assert.equal(other.cellAt(0).executionSummary?.timing, undefined);
    // A notebook of another TypeScript kernel is offered this one.
    const { kernelspec } = { kernelspec: { name: 'deno', display_name: 'Deno' } };
    await openIn({ kernelspec, language_info: { name: 'typescript' } }, '6 * 7');
    assert.equal(await select(), true);
  });

  it('in Python shows an error if this kernel executes it, and keeps its own kernel', async () => {
    await open('1 + 1');
    const other = await openIn(PYTHON);
    // Users can select the kernel by hand while a TypeScript notebook is open.
    assert.equal(await select(), true);
    await run(other, 0);
    assert.equal(await ended(other, 0), false);
    assert.match(joined(other, 0), /runs TypeScript and JavaScript; the cell is in “python”/);
    assert.match(joined(other, 0), /Select Kernel/);
    const { metadata } = other.metadata as { metadata: typeof PYTHON };
    assert.equal(metadata.kernelspec.name, 'python3');
  });

  it('of an experiment is opened by a command', async () => {
    const quick = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'quick');
    const file = path.join(quick, 'quick.ipynb');
    await writeFile(
      file,
      JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: [] }),
    );
    try {
      await vscode.commands.executeCommand('polysemanticity.notebook.open', { experiment: quick });
      assert.equal(vscode.window.activeNotebookEditor?.notebook.uri.fsPath, file);
    } finally {
      await rm(file);
    }
  });
});
