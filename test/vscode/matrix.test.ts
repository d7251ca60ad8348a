import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import { answering } from './harness/answers';
import { eventually, labOf } from './harness/lab';

/** A message to a page. */
interface Posted {
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: { readonly part?: unknown };
}

const TINY = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 5 },
  pruning: { ratios: [0.5], retraining: { epochs: 2 } },
};

describe('panels with matrices', () => {
  let lab: Lab;
  let root = '';

  before(async () => {
    lab = await labOf();
    root = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'matrices');
    for (const name of ['Carl', 'Dora']) {
      await mkdir(folderOf(name), { recursive: true });
      const file = path.join(folderOf(name), 'experiment.json');
      await writeFile(file, JSON.stringify({ name, ...TINY }));
    }
    await lab.experiments.refresh();
    await run('Carl');
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await lab.runs.stopAll();
    await rm(root, { recursive: true, force: true });
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  const folderOf = (name: string): string => path.join(root, name);

  async function run(name: string): Promise<string> {
    const end = await lab.runs.run({ experiment: folderOf(name) });
    assert.equal(end.state, 'finished', JSON.stringify(end));
    await lab.experiments.refresh();
    return end.folder ?? '';
  }

  function titles(): string[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputWebview &&
          input.viewType.endsWith('polysemanticity.matrix'),
      )
      .map(({ label }) => label);
  }

  const open = (argument: unknown): Thenable<unknown> =>
    vscode.commands.executeCommand('polysemanticity.matrix.open', argument);

  it('open once for each run, beside the editor', async () => {
    const file = vscode.Uri.file(path.join(folderOf('Carl'), 'experiment.json'));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await open(file);
    await open({ experiment: folderOf('Carl') });
    const run = lab.experiments.find(folderOf('Carl'))?.runs[0].folder;
    await open({ experiment: folderOf('Carl'), run, checkpoint: '42-dense/training/5' });
    const id = path.basename(run ?? '');
    await eventually(() => assert.deepEqual(titles(), [`Carl: matrices of ${id}`]));
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('show the first run of an experiment when it starts', async () => {
    await open({ experiment: folderOf('Dora') });
    await eventually(() => assert.deepEqual(titles(), ['Dora: matrices']));
    const folder = await run('Dora');
    const title = `Dora: matrices of ${path.basename(folder)}`;
    await eventually(() => assert.deepEqual(titles(), [title]));
    await open({ experiment: folderOf('Dora'), run: folder });
    assert.deepEqual(titles(), [title]);
  });

  it('receive a click in a notebook as one message', async () => {
    const { openClicked } = await import('../../src/extension/notebook/outputClicks');
    const posted: Posted[] = [];
    const { createWebviewPanel: create } = vscode.window;
    const createWebviewPanel = (...given: Parameters<typeof create>): vscode.WebviewPanel => {
      const panel = create(...given);
      const { webview } = panel;
      const post = webview.postMessage.bind(webview);
      webview.postMessage = (message: unknown) => {
        posted.push(message as Posted);
        return post(message);
      };
      return panel;
    };
    const received = (): unknown[] =>
      posted.flatMap(({ method, params, result }) =>
        method === 'select' ? [params] : result?.part ? [result.part] : [],
      );
    const run = path.relative(root, lab.experiments.find(folderOf('Carl'))?.runs[0].folder ?? '');
    const first = { checkpoint: '42-dense/training/5', layer: 1, unit: 0 };
    const second = { checkpoint: '42-dense/initial/0', layer: 0, unit: 3 };
    await answering({ createWebviewPanel }, async () => {
      // The page is not loaded yet, so it receives the part with its data.
      await openClicked(lab, { run, ...first }, root);
      await eventually(() => assert.deepEqual(received(), [first]));
      await openClicked(lab, { run, ...second }, root);
      const point = { run, specimens: [{ seed: 42, checkpoint: first.checkpoint, value: 3 }] };
      await openClicked(lab, { ...point, measure: 'R' }, root);
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const third = { checkpoint: first.checkpoint, layer: undefined, unit: undefined };
    assert.deepEqual(received(), [first, second, third]);
    const { checkpoint, source } = lab.selection.current ?? {};
    assert.deepEqual([checkpoint, source], [first.checkpoint, 'command']);
  });

  it('do not open for a run that does not exist', async () => {
    const gone = path.join(folderOf('Carl'), 'runs', 'gone');
    await open({ experiment: folderOf('Carl'), run: gone });
    assert.deepEqual(titles(), []);
  });
});
