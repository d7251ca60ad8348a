import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import { answering } from './harness/answers';
import { eventually, labOf } from './harness/lab';

const TINY = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 5 },
  pruning: { ratios: [0.5], retraining: { epochs: 2 } },
};

describe('trajectories in the editor', () => {
  let lab: Lab;
  let root = '';
  let runs: string[] = [];

  before(async () => {
    lab = await labOf();
    root = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'trajectories');
    await experiment('Anne', TINY);
    await experiment('Bert', { ...TINY, training: { epochs: 6 } });
    await experiment('Never', TINY);
    runs = [await run('Anne'), await run('Bert')];
    await lab.experiments.refresh();
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await lab.runs.stopAll();
    await rm(root, { recursive: true, force: true });
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  const folderOf = (name: string): string => path.join(root, name);

  async function experiment(name: string, specification: object): Promise<void> {
    await mkdir(folderOf(name), { recursive: true });
    const text = JSON.stringify({ name, ...specification });
    await writeFile(path.join(folderOf(name), 'experiment.json'), text);
    await lab.experiments.refresh();
  }

  async function run(name: string): Promise<string> {
    const end = await lab.runs.run({ experiment: folderOf(name) });
    assert.equal(end.state, 'finished', JSON.stringify(end));
    return end.folder ?? '';
  }

  function tabs(): vscode.Tab[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputWebview &&
          input.viewType.endsWith('polysemanticity.trajectories'),
      );
  }

  /** Waits until these are the titles of the panels. */
  const titled = (...titles: string[]): Promise<void> =>
    eventually(() =>
      assert.deepEqual(
        tabs()
          .map(({ label }) => label)
          .sort(),
        titles.sort(),
      ),
    );

  const open = (...argument: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand('polysemanticity.trajectories.open', ...argument);

  it('opens those of an experiment once', async () => {
    await open({ experiment: folderOf('Anne') });
    await titled('Anne: trajectories');
    await open(vscode.Uri.file(path.join(folderOf('Anne'), 'experiment.json')));
    await titled('Anne: trajectories');
  });

  it('opens those of runs, and reveals what shows the same', async () => {
    await open({ runs });
    await titled('Anne and 1 more: trajectories');
    await open({ runs: [...runs].reverse() });
    await titled('Anne and 1 more: trajectories');
    await open({ runs: [runs[1]] });
    await titled('Anne and 1 more: trajectories', 'Bert: trajectories');
  });

  it('compares what is selected, or what is chosen', async () => {
    const compare = (...argument: unknown[]): Thenable<unknown> =>
      vscode.commands.executeCommand('polysemanticity.runs.compare', ...argument);
    const items = runs.map((folder) => ({
      experiment: path.resolve(folder, '../..'),
      run: folder,
    }));
    await compare(items[0], items);
    await titled('Anne and 1 more: trajectories');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    let offered: readonly vscode.QuickPickItem[] = [];
    const showQuickPick = (
      shown: readonly (vscode.QuickPickItem & { run?: string })[],
    ): Promise<unknown> => {
      offered = shown;
      return Promise.resolve(shown.filter((item) => item.run === runs[1]));
    };
    await answering({ showQuickPick }, () => compare());
    await titled('Bert: trajectories');
    const labels = offered.map(({ label }) => label);
    assert.ok(
      labels.some((label) => label.startsWith('Anne 2')),
      labels.join(),
    );
    assert.ok(!labels.includes('Never'), labels.join());
  });

  it('waits beside an experiment that was never run, and shows the run that begins', async () => {
    await open({ experiment: folderOf('Never') });
    await titled('Trajectories');
    await run('Never');
    await titled('Never: trajectories');
  });

  it('leaves no panel of itself when a run is deleted', async () => {
    await open({ experiment: folderOf('Never') });
    await titled('Never: trajectories');
    await rm(path.join(folderOf('Never'), 'runs'), { recursive: true, force: true });
    await lab.experiments.refresh();
    await titled('Trajectories');
  });
});
