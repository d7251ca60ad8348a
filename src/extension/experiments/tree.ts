import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { RunResult } from '../../node/code/runResult';
import { EXPERIMENT_FILE } from '../../node/experiments/experimentFile';
import type { LatestResults } from '../code/latestResults';
import type { Lab } from '../lab';
import type { ActiveRun } from '../running/runService';
import type { ExperimentEntry } from './experimentIndex';
import { experimentItem, partItem, runItem, type Situation } from './items';
import { armNodes, type ArmNode, type ExperimentNode, type NoteNode, type RunNode } from './nodes';
import type { TreeNode } from './nodes';
import { hasData } from './states';
import { TakeUp } from './resumeObstacles';
import { experimentTooltip, runTooltip } from './tooltips';

/** Progress moves no faster than that: a change makes the tree ask for all that is unfolded below. */
const PROGRESS_MS = 1000;

/** Experiments, their runs, the runs' arms and checkpoints, as they are now. */
export class ExperimentTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<TreeNode[] | undefined>();
  private readonly experiments = new Map<string, ExperimentNode>();
  private readonly runs = new Map<string, RunNode>();
  /** What is below a run, until it changes. */
  private readonly parts = new Map<string, Promise<(ArmNode | NoteNode)[]>>();
  /** Why the last attempts to run experiments failed, by folder. */
  private readonly failures = new Map<string, string>();
  private readonly takeUp = new TakeUp();
  /** Experiments with progress that is not shown yet. */
  private readonly moved = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly lab: Lab,
    private readonly results: LatestResults,
  ) {
    this.disposables = [
      this.emitter,
      lab.experiments.onDidChange(() => this.update()),
      lab.runs.onDidChange(() => {
        for (const { experiment } of lab.runs.active) this.showSoon(experiment);
      }),
      lab.runs.onDidReport(({ run, event }) => {
        if (event.type === 'leg-finished') this.parts.delete(run);
      }),
      lab.runs.onDidEnd(({ experiment, end }) => {
        if (end.state === 'failed') this.failures.set(experiment, end.reason);
        else this.failures.delete(experiment);
        if (end.folder !== undefined) this.parts.delete(end.folder);
        this.showSoon(experiment);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.emitter.fire(undefined)),
    ];
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        await this.lab.experiments.ready;
        return this.lab.experiments.entries.map((entry) => this.experimentNode(entry));
      case 'experiment':
        return node.entry.runs.map((summary) => this.runNode(node.experiment, summary));
      case 'run':
        return hasData(node.summary) ? this.partsOf(node) : [];
      case 'arm':
      case 'ratio':
      case 'epochs':
        return [...node.children];
      case 'checkpoint':
      case 'note':
        return [];
    }
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    if (node.kind === 'experiment') return experimentItem(node, await this.situationOf(node));
    if (node.kind === 'run') return runItem(node, await this.situationOf(node));
    return partItem(node);
  }

  /** Tooltips are made when somebody looks. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    if (node.kind === 'experiment') {
      item.tooltip = experimentTooltip(node, await this.situationOf(node));
    } else if (node.kind === 'run') {
      item.tooltip = await runTooltip(node, await this.situationOf(node));
    }
    return item;
  }

  /** Only experiments and runs are ever looked for. */
  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'experiment') return undefined;
    if (node.kind === 'run') return this.experiments.get(node.experiment);
    return this.runs.get(node.run);
  }

  /** The node of an experiment. */
  nodeOf(experiment: string): ExperimentNode | undefined {
    const entry = this.lab.experiments.find(experiment);
    return entry && this.experimentNode(entry);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private experimentNode(entry: ExperimentEntry): ExperimentNode {
    const { folder } = entry;
    const known = this.experiments.get(folder);
    if (known) {
      known.entry = entry;
      return known;
    }
    const node: ExperimentNode = { kind: 'experiment', id: folder, experiment: folder, entry };
    this.experiments.set(folder, node);
    return node;
  }

  private runNode(experiment: string, summary: RunNode['summary']): RunNode {
    const { folder } = summary;
    const known = this.runs.get(folder);
    if (known) {
      if (known.summary.state !== summary.state) this.parts.delete(folder);
      known.summary = summary;
      return known;
    }
    const node: RunNode = { kind: 'run', id: folder, experiment, run: folder, summary };
    this.runs.set(folder, node);
    return node;
  }

  private partsOf(node: RunNode): Promise<(ArmNode | NoteNode)[]> {
    let parts = this.parts.get(node.run);
    if (!parts) {
      parts = readParts(node);
      this.parts.set(node.run, parts);
    }
    return parts;
  }

  private async situationOf(node: ExperimentNode | RunNode): Promise<Situation> {
    const { experiment } = node;
    const active = this.lab.runs.active.find((run) => run.experiment === experiment);
    return {
      active,
      failure: this.failures.get(experiment),
      result: await this.resultOf(node, active),
      place: this.placeOf(experiment),
      obstacles: await this.obstaclesTo(node),
    };
  }

  private async obstaclesTo(node: ExperimentNode | RunNode): Promise<Situation['obstacles']> {
    const entry = this.experiments.get(node.experiment)?.entry;
    return node.kind === 'run' && entry ? this.takeUp.obstaclesOf(entry, node.run) : [];
  }

  /** What tells an experiment from others; undefined where its name does. */
  private placeOf(experiment: string): string | undefined {
    const { entries } = this.lab.experiments;
    const name = entries.find(({ folder }) => folder === experiment)?.name;
    if (entries.some((other) => other.name === name && other.folder !== experiment)) {
      // Of a file: of the folder of a workspace itself VS Code tells the absolute path.
      const file = path.join(experiment, EXPERIMENT_FILE);
      const place = path.dirname(vscode.workspace.asRelativePath(file));
      return place === '.' ? path.basename(experiment) : place;
    }
    const { workspaceFolders = [] } = vscode.workspace;
    if (workspaceFolders.length < 2) return undefined;
    return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(experiment))?.name;
  }

  private async resultOf(
    node: ExperimentNode | RunNode,
    active: ActiveRun | undefined,
  ): Promise<RunResult | undefined> {
    if (node.kind === 'experiment') return (await this.results.of(node.experiment))?.result;
    // Its rows grow as we look: its progress tells more.
    return active?.folder === node.run ? undefined : this.results.ofRun(node.summary);
  }

  /** The index looked again: only what is other than before is drawn anew. */
  private update(): void {
    const before = new Map([...this.experiments].map(([folder, { entry }]) => [folder, entry]));
    const { entries } = this.lab.experiments;
    const changed = entries.filter((entry) => before.get(entry.folder) !== entry);
    const isSameList =
      before.size === entries.length &&
      changed.every(({ folder, name }) => before.get(folder)?.name === name);
    for (const entry of changed) this.forget(entry, before.get(entry.folder));
    for (const folder of before.keys()) {
      if (!entries.some((entry) => entry.folder === folder)) this.experiments.delete(folder);
    }
    const nodes = changed.map((entry) => this.experimentNode(entry));
    if (!isSameList) this.emitter.fire(undefined);
    else if (nodes.length > 0) this.emitter.fire(nodes);
  }

  /** What was known of an experiment before it changed, and is of no use now. */
  private forget(now: ExperimentEntry, before: ExperimentEntry | undefined): void {
    const { folder, specification, problem } = now;
    const isSame =
      problem === before?.problem && isDeepStrictEqual(specification, before?.specification);
    if (!isSame) this.failures.delete(folder);
    const there = new Set(now.runs.map((run) => run.folder));
    for (const run of before?.runs ?? []) {
      if (there.has(run.folder)) continue;
      this.runs.delete(run.folder);
      this.parts.delete(run.folder);
    }
  }

  private showSoon(experiment: string): void {
    this.moved.add(experiment);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const nodes = [...this.moved].flatMap((folder) => this.experiments.get(folder) ?? []);
      this.moved.clear();
      if (nodes.length > 0) this.emitter.fire(nodes);
    }, PROGRESS_MS);
  }
}

/** What is below a run, read from its folder. */
async function readParts({ experiment, run }: RunNode): Promise<(ArmNode | NoteNode)[]> {
  const note = (reason: NoteNode['reason'], detail?: string): NoteNode[] => [
    { kind: 'note', id: `${run}#`, experiment, run, reason, detail },
  ];
  try {
    const { readRun } = await import('../../node/runStore/readRun');
    const stored = await readRun(run);
    const arms = armNodes(
      { experiment, run },
      await stored.checkpoints(),
      stored.header.specification,
    );
    if (arms.length > 0) return arms;
    return note(stored.state === 'finished' ? 'nothing-kept' : 'nothing-finished');
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return note('unreadable', error.message);
  }
}
