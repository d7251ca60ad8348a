import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentNode } from '../../../src/extension/experiments/nodes';
import type { ExperimentTree } from '../../../src/extension/experiments/tree';
import type { Lab } from '../../../src/extension/lab';
import { readRun } from '../../../src/node/runStore/readRun';
import { answering } from '../harness/answers';
import { eventually, labOf, treeOf } from '../harness/lab';

/** The experiments of the workspace, by relative path. All have the same name. */
const PLACES = ['left/same', 'right/deep/same', 'right/same'] as const;
type Place = (typeof PLACES)[number];

/** The tests depend on each other: the last one removes a folder. */
describe('a workspace with several folders', () => {
  let lab: Lab;
  let tree: ExperimentTree;
  let root = '';

  before(async () => {
    lab = await labOf();
    tree = await treeOf();
    root = path.dirname(vscode.workspace.workspaceFile!.fsPath);
    await lab.experiments.ready;
  });
  after(async () => {
    await lab.runs.stopAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  const folderOf = (place: Place): string => path.join(root, place);
  const placeOf = (folder: string): string => path.relative(root, folder).split(path.sep).join('/');

  async function nodes(): Promise<ExperimentNode[]> {
    const all = await tree.getChildren();
    return all.filter((node): node is ExperimentNode => node.kind === 'experiment');
  }

  /** How many runs the tree shows below each experiment. */
  async function runsShown(): Promise<Record<string, number>> {
    const counts = (await nodes()).map(async (node): Promise<[string, number]> => {
      return [placeOf(node.experiment), (await tree.getChildren(node)).length];
    });
    return Object.fromEntries(await Promise.all(counts));
  }

  async function run(place: Place): Promise<string> {
    const end = await lab.runs.run({ experiment: folderOf(place), fresh: true });
    assert.ok(end.state === 'finished', JSON.stringify(end));
    return end.folder;
  }

  it('has the folders of this test', () => {
    const names = (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name);
    assert.deepEqual(names, ['left', 'right']);
  });

  it('shows the experiments of all folders, and distinguishes those of the same name', async () => {
    const shown = await nodes();
    assert.deepEqual(
      shown.map(({ experiment }) => placeOf(experiment)),
      PLACES,
    );
    const items = await Promise.all(shown.map((node) => tree.getTreeItem(node)));
    assert.deepEqual(
      items.map(({ label, description }) => [label, description]),
      [
        ['Same', '3-8-4-2 ReLU · left/same'],
        ['Same', '3-10-4-2 ReLU · right/deep/same'],
        ['Same', '3-9-4-2 ReLU · right/same'],
      ],
    );
    assert.equal(new Set(items.map(({ id }) => id)).size, 3);
    // Screen readers get the same description.
    for (const { accessibilityInformation, description } of items) {
      assert.ok(accessibilityInformation?.label.endsWith(String(description)));
    }
  });

  it('offers experiments with their locations', async () => {
    let offered: readonly vscode.QuickPickItem[] = [];
    const showQuickPick = (items: readonly vscode.QuickPickItem[]): undefined => {
      offered = items;
    };
    await answering({ showQuickPick }, () =>
      vscode.commands.executeCommand('polysemanticity.experiment.openCode'),
    );
    const rows = offered.map(({ label, description, detail }) => [label, description, detail]);
    assert.equal(new Set(rows.map(String)).size, 3, JSON.stringify(rows));
  });

  it('writes a run into the folder of its experiment, and shows it only there', async () => {
    const folder = await run('right/deep/same');
    assert.equal(path.dirname(folder), path.join(folderOf('right/deep/same'), 'runs'));
    const expected = { 'left/same': 0, 'right/deep/same': 1, 'right/same': 0 };
    await eventually(async () => assert.deepEqual(await runsShown(), expected));
    for (const place of ['left/same', 'right/same'] as const) {
      assert.ok(!existsSync(path.join(folderOf(place), 'runs')), place);
    }
  });

  it('runs each experiment with the settings of its folder', async () => {
    const kept = async (place: Place): Promise<string> => {
      const { header } = await readRun(await run(place));
      return header.specification.keep.attributions;
    };
    assert.equal(await kept('left/same'), 'stages');
    assert.equal(await kept('right/same'), 'epochs');
  });

  it('shows code lenses according to the settings of the folder', async () => {
    const lenses = async (place: Place): Promise<vscode.CodeLens[]> => {
      const uri = vscode.Uri.file(path.join(folderOf(place), 'experiment.json'));
      await vscode.workspace.openTextDocument(uri);
      return vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
    };
    await eventually(async () => assert.ok((await lenses('right/same')).length > 0));
    assert.deepEqual(await lenses('left/same'), []);
  });

  it('removes the experiments of a removed folder, but not their files', async () => {
    const index = vscode.workspace.workspaceFolders!.findIndex(({ name }) => name === 'right');
    assert.ok(vscode.workspace.updateWorkspaceFolders(index, 1));
    await eventually(async () => {
      assert.deepEqual(
        (await nodes()).map(({ experiment }) => placeOf(experiment)),
        ['left/same'],
      );
    });
    const [node] = await nodes();
    const { description } = await tree.getTreeItem(node);
    // The remaining name is unique, so the description has no location.
    assert.match(String(description), /^3-8-4-2 ReLU · R \d+\.\d\d \(null \d+\.\d+ ± 0\.\d+\)$/);
    assert.equal(lab.experiments.find(folderOf('right/same')), undefined);
    assert.ok(existsSync(path.join(folderOf('right/same'), 'runs')));
  });
});
