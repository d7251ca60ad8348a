import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { RunResult } from '../../node/code/runResult';
import { EXPERIMENT_FILE } from '../../node/runStore/paths';
import type { LatestResults } from '../code/latestResults';
import type { Lab } from '../lab';
import type { ActiveRun } from '../running/runService';
import type { ExperimentEntry } from './experimentIndex';
import { experimentItem, partItem, runItem, type NodeStatus } from './items';
import { armNodes, type ArmNode, type ExperimentNode, type NoteNode, type RunNode } from './nodes';
import type { TreeNode } from './nodes';
import { hasData } from './states';
import { ResumeObstacles } from './resumeObstacles';
import { experimentTooltip, runTooltip } from './tooltips';

/** Shortest time between two updates of the progress: each makes VS Code request all expanded nodes again. */
const PROGRESS_MS = 1000;

/** The tree of experiments, their runs, and the arms and checkpoints of the runs. */
export class ExperimentTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<TreeNode[] | undefined>();
  private readonly experiments = new Map<string, ExperimentNode>();
  private readonly runs = new Map<string, RunNode>();
  /** The children of runs, until they change. */
  private readonly parts = new Map<string, Promise<(ArmNode | NoteNode)[]>>();
  /** Why the last attempts to run experiments failed, by folder. */
  private readonly failures = new Map<string, string>();
  private readonly resumeObstacles = new ResumeObstacles();
  /** Experiments whose latest progress is not shown yet. */
  private readonly outdated = new Set<string>();
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
        for (const { experiment } of lab.runs.active) this.updateSoon(experiment);
      }),
      lab.runs.onDidReport(({ run, event }) => {
        if (event.type === 'leg-finished') this.parts.delete(run);
      }),
      lab.runs.onDidEnd(({ experiment, end }) => {
        if (end.state === 'failed') this.failures.set(experiment, end.reason);
        else this.failures.delete(experiment);
        if (end.folder !== undefined) this.parts.delete(end.folder);
        this.updateSoon(experiment);
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
    if (node.kind === 'experiment') return experimentItem(node, await this.statusOf(node));
    if (node.kind === 'run') return runItem(node, await this.statusOf(node));
    return partItem(node);
  }

  /** VS Code calls this when the pointer is on an item. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    if (node.kind === 'experiment') {
      item.tooltip = experimentTooltip(node, await this.statusOf(node));
    } else if (node.kind === 'run') {
      item.tooltip = await runTooltip(node, await this.statusOf(node));
    }
    return item;
  }

  /** The tree reveals only experiments and runs, so the parents of other nodes need not be exact. */
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

  private async statusOf(node: ExperimentNode | RunNode): Promise<NodeStatus> {
    const { experiment } = node;
    const active = this.lab.runs.active.find((run) => run.experiment === experiment);
    return {
      active,
      failure: this.failures.get(experiment),
      result: await this.resultOf(node, active),
      location: this.locationOf(experiment),
      obstacles: await this.obstaclesTo(node),
    };
  }

  private async obstaclesTo(node: ExperimentNode | RunNode): Promise<NodeStatus['obstacles']> {
    const entry = this.experiments.get(node.experiment)?.entry;
    return node.kind === 'run' && entry ? this.resumeObstacles.obstaclesOf(entry, node.run) : [];
  }

  /** Distinguishes an experiment from others of the same name or of other workspace folders. */
  private locationOf(experiment: string): string | undefined {
    const { entries } = this.lab.experiments;
    const name = entries.find(({ folder }) => folder === experiment)?.name;
    if (entries.some((other) => other.name === name && other.folder !== experiment)) {
      // By the file, because `asRelativePath` returns the absolute path of a workspace folder itself.
      const file = path.join(experiment, EXPERIMENT_FILE);
      const folder = path.dirname(vscode.workspace.asRelativePath(file));
      return folder === '.' ? path.basename(experiment) : folder;
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
    // The item of an active run shows its progress instead.
    return active?.folder === node.run ? undefined : this.results.ofRun(node.summary);
  }

  /** Updates only the nodes of experiments that changed. */
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

  /** Drops cached state of an experiment that its change made invalid. */
  private forget(now: ExperimentEntry, before: ExperimentEntry | undefined): void {
    const { folder, specification, problem } = now;
    const isSame =
      problem === before?.problem && isDeepStrictEqual(specification, before?.specification);
    if (!isSame) this.failures.delete(folder);
    const existing = new Set(now.runs.map((run) => run.folder));
    for (const run of before?.runs ?? []) {
      if (existing.has(run.folder)) continue;
      this.runs.delete(run.folder);
      this.parts.delete(run.folder);
    }
  }

  private updateSoon(experiment: string): void {
    this.outdated.add(experiment);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const nodes = [...this.outdated].flatMap((folder) => this.experiments.get(folder) ?? []);
      this.outdated.clear();
      if (nodes.length > 0) this.emitter.fire(nodes);
    }, PROGRESS_MS);
  }
}

/** Reads the children of a run from its folder. */
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
