import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TreeNode } from '../../src/extension/experiments/nodes';
import type { Lab } from '../../src/extension/lab';
import { answering, type Answers } from './harness/answers';
import { eventually, labOf, treeOf, viewOf } from './harness/lab';

const TINY = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  name: 'With keys',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [4, 3] },
  training: { epochs: 2 },
  pruning: { ratios: [0.5], retraining: { epochs: 1 } },
};
const COMMAND = 'polysemanticity.run.delete';

interface Declared {
  readonly contributes: {
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly args?: unknown;
    }[];
  };
}

describe('the Delete key in the tree of experiments', () => {
  let lab: Lab;
  let folder = '';

  before(async () => {
    lab = await labOf();
    folder = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'with keys');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(TINY));
    await lab.experiments.refresh();
  });
  after(async () => {
    await lab.runs.stopAll();
    await rm(folder, { recursive: true, force: true });
    await lab.experiments.refresh();
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  /** Runs the experiment several times. @returns the folders of the runs */
  async function runs(count: number): Promise<string[]> {
    const made: string[] = [];
    while (made.length < count) {
      const end = await lab.runs.run({ experiment: folder, fresh: true });
      assert.ok(end.state === 'finished', JSON.stringify(end));
      made.push(end.folder);
    }
    await lab.experiments.refresh();
    return made;
  }

  /** Selects a run or the experiment, as a click does. */
  async function select(wanted: string): Promise<void> {
    const [tree, view] = [await treeOf(), await viewOf()];
    // An update of the tree may clear the selection.
    await eventually(async () => {
      const experiment = tree.nodeOf(folder);
      assert.ok(experiment);
      const nodes: TreeNode[] = [experiment, ...(await tree.getChildren(experiment))];
      const node = nodes.find(({ id }) => id === wanted);
      assert.ok(node, wanted);
      await view.reveal(node, { select: true, focus: true });
      assert.deepEqual(
        view.selection.map(({ id }) => id),
        [wanted],
      );
    });
  }

  /** Executes the command like the key binding in the manifest. @returns the questions that were asked */
  async function press(answers: Answers = {}): Promise<string[]> {
    const { contributes } = lab.context.extension.packageJSON as Declared;
    const binding = contributes.keybindings.find(({ command }) => command === COMMAND);
    assert.equal(binding?.key, 'delete');
    const asked: string[] = [];
    const showWarningMessage = (message: string, _: unknown, consent: string): string => {
      asked.push(message);
      return consent;
    };
    await answering({ showWarningMessage, ...answers }, () =>
      vscode.commands.executeCommand(COMMAND, binding.args),
    );
    return asked;
  }

  it('deletes only the selected run', async () => {
    const [first, second, third] = await runs(3);
    await select(second);
    const asked = await press();
    assert.match(asked[0], /^Delete the run With keys, /);
    assert.deepEqual([first, second, third].map(existsSync), [true, false, true]);
    const left = lab.experiments.find(folder)?.runs.map((run) => run.folder);
    assert.deepEqual(left?.sort(), [first, third].sort());
  });

  it('deletes nothing without consent', async () => {
    const [run] = await runs(1);
    await select(run);
    await press({ showWarningMessage: () => undefined });
    assert.ok(existsSync(run));
  });

  it('asks for the run if the experiment is selected', async () => {
    await select(folder);
    let offered: readonly vscode.QuickPickItem[] = [];
    const showQuickPick = (items: readonly vscode.QuickPickItem[]): undefined => {
      offered = items;
    };
    const asked = await press({ showQuickPick });
    const details = offered.map(({ detail }) => detail);
    const ids = lab.experiments.find(folder)?.runs.map(({ id }) => id);
    assert.deepEqual(details, ids);
    assert.deepEqual(asked, []);
  });
});
