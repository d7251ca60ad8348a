import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseSpecification } from '../../src/core/experiment/parse';
import { SCHEMA_ID } from '../../src/core/experiment/schemaId';
import type { TreeNode } from '../../src/extension/experiments/nodes';
import type { ExperimentTree } from '../../src/extension/experiments/tree';
import { startRun } from '../../src/node/runStore/openRun';
import { recordUntil } from '../node/runStore/fixtures';
import { ENGINE, syntheticRun } from '../node/runStore/syntheticRun';
import { eventually, labOf, treeOf } from './harness/lab';

const SMALL = {
  $schema: SCHEMA_ID,
  name: 'Of the tree',
  seeds: [42],
  features: { count: 3 },
  data: { inputs: 2 },
  specimen: { hidden: [4, 3] },
  training: { epochs: 2 },
  pruning: { ratios: [0.5], retraining: { epochs: 1 } },
};

describe('the tree of experiments', () => {
  let tree: ExperimentTree;
  let workspace = '';
  let folder = '';

  before(async () => {
    tree = await treeOf();
    workspace = vscode.workspace.workspaceFolders![0].uri.fsPath;
    folder = path.join(workspace, 'of the tree');
    await write(folder, SMALL);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  async function write(place: string, content: unknown): Promise<void> {
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'experiment.json'), JSON.stringify(content, null, 2));
  }

  /** Writes a run of the experiment. @param legs number of legs after which to stop */
  async function run(legs = Infinity): Promise<string> {
    const file = path.join(folder, 'experiment.json');
    const specification = parseSpecification(JSON.stringify(SMALL), file);
    const writer = await startRun({ folder, file, specification }, specification, ENGINE);
    let finished = 0;
    await recordUntil(writer, syntheticRun(specification, writer.finished), (event) => {
      return event.type === 'leg-finished' ? ++finished > legs : false;
    });
    await writer.close();
    return writer.folder;
  }

  /** Waits until the item of the experiment meets a condition. */
  async function experiment(
    condition: (item: vscode.TreeItem) => boolean = () => true,
  ): Promise<{ node: TreeNode; item: vscode.TreeItem }> {
    return eventually(async () => {
      const node = (await tree.getChildren()).find((one) => one.experiment === folder);
      assert.ok(node, 'the experiment is in the tree');
      const item = await tree.getTreeItem(node);
      assert.ok(condition(item), JSON.stringify(item));
      return { node, item };
    });
  }

  /** Labels of the children of a node. */
  async function below(node: TreeNode): Promise<string[]> {
    const items = await Promise.all((await tree.getChildren(node)).map((n) => tree.getTreeItem(n)));
    return items.map(labelOf);
  }

  /** Folders of the shown experiments. */
  async function shown(): Promise<string[]> {
    return (await tree.getChildren()).map((node) => node.experiment);
  }

  const labelOf = ({ label }: vscode.TreeItem): string =>
    typeof label === 'string' ? label : (label?.label ?? '');
  const iconOf = ({ iconPath }: vscode.TreeItem): string | undefined =>
    iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined;

  it('shows an experiment with its architecture, state and commands', async () => {
    const { item } = await experiment();
    assert.equal(item.label, 'Of the tree');
    assert.equal(item.description, '2-4-3-2 ReLU');
    assert.equal(iconOf(item), 'circle-large-outline');
    assert.equal(item.contextValue, 'experiment idle generated');
    assert.equal(item.accessibilityInformation?.label, 'Of the tree, not run yet, 2-4-3-2 ReLU');
    assert.equal(item.command?.command, 'polysemanticity.experiment.open');
  });

  it('ignores files with another schema, and hidden and installed folders', async () => {
    const ignored = [
      path.join(workspace, 'stranger'),
      path.join(workspace, 'node_modules', 'ours'),
      path.join(workspace, '.hidden', 'ours'),
    ];
    try {
      await write(ignored[0], { ...SMALL, $schema: 'https://example.org/schema.json' });
      for (const place of ignored.slice(1)) await write(place, SMALL);
      const { experiments } = await labOf();
      await experiments.refresh();
      const places = await shown();
      assert.ok(places.includes(folder));
      assert.deepEqual(
        places.filter((place) => ignored.includes(place)),
        [],
      );
    } finally {
      for (const place of ['stranger', 'node_modules', '.hidden']) {
        await rm(path.join(workspace, place), { recursive: true, force: true });
      }
    }
  });

  it('shows new runs with their start time, result, arms and checkpoints', async () => {
    await run();
    const { node, item } = await experiment((one) => iconOf(one) === 'pass');
    assert.equal(item.contextValue, 'experiment idle data generated');
    assert.match(
      String(item.description),
      /^2-4-3-2 ReLU · R \d+\.\d\d \(null \d+\.\d+ ± 0\.\d+\)$/,
    );
    const [first] = await tree.getChildren(node);
    const runItem = await tree.getTreeItem(first);
    assert.match(labelOf(runItem), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.match(String(runItem.description), /^R \d+\.\d\d \(null \d+\.\d+ ± 0\.\d+\) · seed 42$/);
    assert.equal(runItem.contextValue, 'run finished data');
    assert.deepEqual(await below(first), ['Seed 42, dense']);
    const [arm] = await tree.getChildren(first);
    assert.deepEqual(await below(arm), ['Initial', 'Trained', 'Pruned by 50%']);
    const ratio = (await tree.getChildren(arm))[2];
    assert.deepEqual(await below(ratio), ['Pruned', 'Retrained']);
    assert.equal(tree.getParent(first), node);
  });

  it('creates tooltips with the results on demand', async () => {
    const { node, item } = await experiment();
    assert.equal(item.tooltip, undefined);
    const { tooltip } = await tree.resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    for (const words of [
      '**Of the tree**',
      'R of the trained network',
      'R by layer',
      'Test loss',
    ]) {
      assert.ok(
        tooltip.value.replaceAll('&nbsp;', ' ').includes(words),
        `${words}: ${tooltip.value}`,
      );
    }
    const [first] = await tree.getChildren(node);
    const ofRun = await tree.resolveTreeItem(await tree.getTreeItem(first), first);
    assert.ok(ofRun.tooltip instanceof vscode.MarkdownString);
    assert.match(ofRun.tooltip.value.replaceAll('&nbsp;', ' '), /synthetic events/);
  });

  it('lists the newest run first, and shows that it is unfinished', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const newer = await run(1);
    const { node } = await experiment((item) => iconOf(item) === 'debug-pause');
    const [first] = await tree.getChildren(node);
    assert.ok(first.kind === 'run' && first.run === newer);
    const item = await tree.getTreeItem(first);
    assert.equal(item.contextValue, 'run unfinished data');
    assert.match(String(item.description), /^unfinished/);
    const [arm] = await tree.getChildren(first);
    assert.deepEqual(await below(arm), ['Initial', 'Trained']);
  });

  it('says why a run is not resumed, also to screen readers', async () => {
    const changed = { ...SMALL, training: { ...SMALL.training, epochs: 4 } };
    try {
      await write(folder, changed);
      const { node } = await experiment((item) => iconOf(item) === 'debug-pause');
      const [first] = await tree.getChildren(node);
      const item = await eventually(async () => {
        const found = await tree.getTreeItem(first);
        assert.match(
          String(found.description),
          /^unfinished · not resumed: different specification · /,
        );
        return found;
      });
      const reason = /its training\.epochs is \d+, not 4/;
      assert.match(item.accessibilityInformation?.label ?? '', reason);
      const { tooltip } = await tree.resolveTreeItem(item, first);
      assert.ok(tooltip instanceof vscode.MarkdownString);
      const words = tooltip.value.replaceAll('&nbsp;', ' ').replaceAll('\\', '');
      assert.match(words, /Run does not resume it: its training/);
      assert.match(words, /Resume Run resumes it with its own specification/);
    } finally {
      await write(folder, SMALL);
      await experiment();
    }
  });

  it('distinguishes experiments of the same name by their locations', async () => {
    const twin = path.join(workspace, 'twins', 'second');
    try {
      await write(twin, SMALL);
      await experiment(({ description }) => String(description).endsWith(' · of the tree'));
      const { description } = await tree.getTreeItem(tree.nodeOf(twin)!);
      assert.equal(description, '2-4-3-2 ReLU · twins/second');
    } finally {
      await rm(path.dirname(twin), { recursive: true, force: true });
    }
    await experiment(({ description }) => !String(description).includes('of the tree'));
  });

  it('updates only nodes that have changed', async () => {
    const { node } = await experiment();
    const updates: (TreeNode[] | undefined)[] = [];
    const listening = tree.onDidChangeTreeData((nodes) => updates.push(nodes));
    try {
      await write(folder, { ...SMALL, specimen: { hidden: [5, 3] } });
      await experiment(({ description }) => String(description).startsWith('2-5-3-2'));
      assert.ok(updates.length > 0);
      for (const nodes of updates) assert.deepEqual(nodes, [node]);
    } finally {
      listening.dispose();
    }
  });

  it('shows the error in an experiment, and keeps its runs', async () => {
    await write(folder, { ...SMALL, specimen: { hidden: [0] } });
    const { node, item } = await experiment((one) => iconOf(one) === 'error');
    assert.equal(item.contextValue, 'experiment invalid data');
    const { tooltip } = await tree.resolveTreeItem(item, node);
    assert.match((tooltip as vscode.MarkdownString).value, /hidden/);
    assert.equal((await tree.getChildren(node)).length, 2);
    await write(folder, SMALL);
    await experiment((one) => iconOf(one) === 'debug-pause');
  });

  it('opens exactly the matrix of a checkpoint', async () => {
    const { node } = await experiment();
    const finished = (await tree.getChildren(node))[1];
    const [arm] = await tree.getChildren(finished);
    const [initial] = await tree.getChildren(arm);
    const { command } = await tree.getTreeItem(initial);
    assert.equal(command?.command, 'polysemanticity.matrix.open');
    const [argument] = command.arguments as [{ run: string; checkpoint: string }];
    assert.equal(argument.run, (finished as { run?: string }).run);
    assert.equal(argument.checkpoint, '42-dense/initial/0');
    await vscode.commands.executeCommand(command.command, argument);
    await eventually(() => {
      const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.map((tab) => tab.input),
      );
      const views = inputs.filter((input) => input instanceof vscode.TabInputWebview);
      assert.ok(views.some(({ viewType }) => viewType.endsWith('polysemanticity.matrix')));
    });
  });

  it('removes deleted runs and experiments', async () => {
    await rm(path.join(folder, 'runs'), { recursive: true });
    const { item } = await experiment((one) => iconOf(one) === 'circle-large-outline');
    assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.None);
    await rm(folder, { recursive: true });
    await eventually(async () => assert.ok(!(await shown()).includes(folder)));
    assert.equal(tree.nodeOf(folder), undefined);
  });

  it('finds experiments in a folder that is moved into the workspace, and removes them with it', async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'polysemanticity-tree-'));
    const here = path.join(workspace, 'moved');
    try {
      await write(path.join(elsewhere, 'moved', 'deep'), { ...SMALL, name: 'Moved' });
      await cp(path.join(elsewhere, 'moved'), here, { recursive: true });
      await eventually(async () => assert.ok((await shown()).includes(path.join(here, 'deep'))));
      await rename(here, path.join(elsewhere, 'back'));
      await eventually(async () => assert.ok(!(await shown()).includes(path.join(here, 'deep'))));
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
      await rm(here, { recursive: true, force: true });
    }
  });
});
