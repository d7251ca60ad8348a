import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import { answering, intercepting } from './harness/answers';
import { eventually, labOf } from './harness/lab';

const TINY = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 5 },
  pruning: { ratios: [0.5], retraining: { epochs: 2 } },
  keep: { attributions: 'stages' },
};

describe('panels with trajectories', () => {
  let lab: Lab;
  let root = '';
  let runs: string[] = [];

  before(async () => {
    lab = await labOf();
    root = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'trajectories');
    // By default, the extension keeps every epoch of such small runs.
    await setKeep('specification');
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
    await setKeep(undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  /** Sets which matrices runs keep. */
  const setKeep = (choice: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('polysemanticity')
      .update('keep', choice, vscode.ConfigurationTarget.Global);

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

  /** Waits until the panels have these titles. */
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

  it('open once for an experiment', async () => {
    await open({ experiment: folderOf('Anne') });
    await titled('Anne: trajectories');
    await open(vscode.Uri.file(path.join(folderOf('Anne'), 'experiment.json')));
    await titled('Anne: trajectories');
  });

  it('open for a list of runs, unless a panel already shows the same runs', async () => {
    await open({ runs });
    await titled('Anne and 1 more: trajectories');
    await open({ runs: [...runs].reverse() });
    await titled('Anne and 1 more: trajectories');
    await open({ runs: [runs[1]] });
    await titled('Anne and 1 more: trajectories', 'Bert: trajectories');
  });

  it('compare the selected runs, or those that the user chooses', async () => {
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

  /** Simulates a click on a point, and answers the question that follows. */
  async function clickOn(
    checkpoints: readonly string[],
    answer: (shown: readonly Offered[]) => Offered | undefined,
  ): Promise<{ message: string; asked: readonly Offered[][]; opened: unknown[][] }> {
    const { openPart } = await import('../../src/extension/matrix/openPart');
    const asked: Offered[][] = [];
    let message = '';
    const showQuickPick = (shown: readonly Offered[]): Promise<unknown> => {
      asked.push([...shown]);
      return Promise.resolve(answer(shown));
    };
    const specimens = checkpoints.map((checkpoint, i) => ({ seed: i, checkpoint, value: i + 0.5 }));
    const point = { run: runs[0], experiment: folderOf('Anne'), specimens, measure: 'R' };
    const opened = await intercepting('polysemanticity.matrix.open', () =>
      answering({ showQuickPick }, async () => {
        message = await openPart(point);
      }),
    );
    return { message, asked, opened };
  }
  type Offered = vscode.QuickPickItem & { checkpoint?: string };

  it('open exactly the clicked point, or say which matrices are kept', async () => {
    const checkpointOf = (opened: unknown[][]): unknown =>
      (opened[0]?.[0] as { checkpoint?: string } | undefined)?.checkpoint;
    const exact = await clickOn(['42-dense/training/5'], () => undefined);
    assert.equal(checkpointOf(exact.opened), '42-dense/training/5');
    assert.deepEqual(exact.asked, []);
    assert.match(exact.message, /^Opened the matrix of epoch 5 \(dense, seed 42\)/);
    const declined = await clickOn(['42-dense/training/3'], () => undefined);
    assert.deepEqual(declined.opened, []);
    assert.match(
      declined.message,
      /epoch 3 .* is not kept: keep\.attributions is "stages".*Nothing/,
    );
    assert.deepEqual(
      declined.asked[0].map(({ label }) => label),
      [
        'Open the initial weights (dense, seed 42)',
        'Open epoch 5 (dense, seed 42)',
        'Run Anne again and keep every epoch',
      ],
    );
    const other = await clickOn(['42-dense/training/3'], ([first]) => first);
    assert.equal(checkpointOf(other.opened), '42-dense/initial/0');
    assert.match(other.message, /epoch 3 .* is not kept.*Opened the matrix of the initial weights/);
  });

  it('ask for the network if the clicked point is a mean', async () => {
    const names = ['42-dense/training/5', '42-dropout/training/5'];
    const { asked, opened, message } = await clickOn(names, (shown) => shown[0]);
    assert.deepEqual(
      asked[0].map(({ label, description }) => [label, description]),
      [
        ['Seed 0', 'R 0.5'],
        ['Seed 1', 'R 1.5'],
      ],
    );
    assert.equal(opened.length, 1);
    assert.match(message, /seed 42/);
    const none = await clickOn(names, () => undefined);
    assert.deepEqual(none.opened, []);
    assert.equal(none.message, 'Nothing was opened: no seed was chosen.');
  });

  it('run the experiment again with every epoch kept, if the user chooses that', async () => {
    const [reran] = await intercepting('polysemanticity.experiment.rerun', async () => {
      const { message } = await clickOn(['42-dense/training/3'], (shown) => shown.at(-1));
      assert.match(message, /The experiment runs again and keeps every epoch\./);
    });
    assert.ok(reran);
    const file = vscode.Uri.file(path.join(folderOf('Anne'), 'experiment.json'));
    const document = await vscode.workspace.openTextDocument(file);
    const changed = JSON.parse(document.getText()) as { keep: unknown; training: unknown };
    assert.deepEqual(changed.keep, { attributions: 'epochs' });
    assert.deepEqual(changed.training, TINY.training);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('show the first run of an experiment when it starts', async () => {
    await open({ experiment: folderOf('Never') });
    await titled('Trajectories');
    await run('Never');
    await titled('Never: trajectories');
  });

  it('stay open without a run when their run is deleted', async () => {
    await open({ experiment: folderOf('Never') });
    await titled('Never: trajectories');
    await rm(path.join(folderOf('Never'), 'runs'), { recursive: true, force: true });
    await lab.experiments.refresh();
    await titled('Trajectories');
  });
});
