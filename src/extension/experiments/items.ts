import { fixedNumber, percent, ratioText } from '../../figures/text/numbers';
import * as vscode from 'vscode';
import type { RunResult } from '../../node/code/runResult';
import type { Obstacle } from '../../node/runStore/resumableRun';
import { formatSeeds } from '../../node/experiments/numberLists';
import { nullInWords, timeLeftText } from '../code/format';
import { ownerInWords, findRunElsewhere } from '../running/runsElsewhere';
import type { ActiveRun } from '../running/runService';
import type { ExperimentNode, RunNode, TreeNode } from './nodes';
import { architectureInWords } from './architecture';
import {
  contextOfExperiment,
  contextOfRun,
  hasData,
  iconOf,
  stateOfExperiment,
  stateOfRun,
  type State,
} from './states';
import { obstacleInWords, stateInWords, timeInWords } from './labels';

/** State of an experiment or run that its node does not hold. */
export interface NodeStatus {
  /** The queued or active run of its experiment. */
  readonly active?: ActiveRun;
  /** Why the last attempt to run it failed. */
  readonly failure?: string;
  /** The result of the run, or of the experiment's latest run. */
  readonly result?: RunResult;
  /** Its workspace folder if there are several, or its whole path if another experiment has the same name. */
  readonly location?: string;
  /** Why running the experiment does not resume this run. */
  readonly obstacles?: readonly Obstacle[];
}

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

/** An experiment in the tree: its state as an icon, its architecture, and the R of its latest run. */
export function experimentItem(node: ExperimentNode, status: NodeStatus): vscode.TreeItem {
  const { entry } = node;
  const { active, failure, result, location } = status;
  const state = stateOfExperiment(entry, active, failure !== undefined);
  const item = new vscode.TreeItem(entry.name, entry.runs.length > 0 ? Collapsed : None);
  item.id = node.id;
  item.iconPath = iconPathOf(state);
  item.contextValue = contextOfExperiment(entry, state);
  item.description = [
    entry.specification ? architectureInWords(entry.specification) : vscode.l10n.t('not valid'),
    ...(active ? [progressInWords(active)] : elsewhereInWords(entry)),
    ...(active || !result ? [] : [scoreInWords(result)]),
    ...(location === undefined ? [] : [location]),
  ].join(' · ');
  item.command = {
    command: 'polysemanticity.experiment.open',
    title: vscode.l10n.t('Open Experiment'),
    arguments: [node],
  };
  return withAccessibleLabel(item, entry.name, stateInWords(state));
}

/** A run in the tree: its start time, state and result. */
export function runItem(
  node: RunNode,
  { active, result, obstacles = [] }: NodeStatus,
): vscode.TreeItem {
  const run = node.summary;
  const state = stateOfRun(run, active);
  const item = new vscode.TreeItem(timeInWords(run), hasData(run) ? Collapsed : None);
  item.id = node.id;
  item.iconPath = iconPathOf(state);
  item.contextValue = contextOfRun(run, state);
  const isOurs = active?.folder === run.folder;
  item.description = [
    ...(state === 'finished' ? [] : [isOurs ? progressInWords(active) : stateInWords(state)]),
    ...(state === 'elsewhere' && run.state !== 'damaged' ? [ownerInWords(run)] : []),
    ...(isOurs ? [] : obstaclesInWords(obstacles)),
    ...(result ? [scoreInWords(result)] : []),
    ...(run.state === 'damaged' ? [] : [seedsInWords(run.specification.seeds)]),
  ].join(' · ');
  if (hasData(run)) item.command = openMatrix(node);
  const reasons = isOurs ? [] : obstacles.map(({ text }) => text);
  const name = vscode.l10n.t('Run of {0}', timeInWords(run));
  return withAccessibleLabel(item, name, stateInWords(state), reasons);
}

/** Leaves out obstacles that the state of the run already shows. */
function obstaclesInWords(obstacles: readonly Obstacle[]): string[] {
  const words = obstacles.flatMap(({ kind }) => obstacleInWords(kind) ?? []);
  return words.length === 0 ? [] : [vscode.l10n.t('not resumed: {0}', words.join(', '))];
}

/** An arm, ratio, group of epochs, checkpoint or note below a run. */
export function partItem(node: Exclude<TreeNode, ExperimentNode | RunNode>): vscode.TreeItem {
  const hasChildren = 'children' in node;
  const item = new vscode.TreeItem(partInWords(node), hasChildren ? Collapsed : None);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(PART_ICONS[node.kind]);
  switch (node.kind) {
    case 'arm':
    case 'ratio':
    case 'checkpoint': {
      const isKept = node.kind !== 'checkpoint' || node.attribution;
      item.contextValue = isKept ? `${node.kind} data` : node.kind;
      if (isKept) item.command = openMatrix(node);
      else item.description = vscode.l10n.t('only its weights are kept');
      if (isKept && 'stage' in node && node.stage.endsWith('trained')) {
        item.description = vscode.l10n.t('epoch {0}', node.epoch);
      }
      break;
    }
    case 'epochs':
      item.contextValue = 'epochs';
      break;
    case 'note':
      item.tooltip = node.detail;
      break;
  }
  return item;
}

const PART_ICONS: Readonly<Record<Exclude<TreeNode['kind'], 'experiment' | 'run'>, string>> = {
  arm: 'type-hierarchy-sub',
  ratio: 'screen-cut',
  epochs: 'history',
  checkpoint: 'symbol-array',
  note: 'info',
};

function partInWords(node: Exclude<TreeNode, ExperimentNode | RunNode>): string {
  switch (node.kind) {
    case 'arm':
      return vscode.l10n.t('Seed {0}, {1}', node.seed, node.arm);
    case 'ratio':
      return ratioInWords(node);
    case 'epochs':
      return vscode.l10n.t('Epochs {0} to {1}', node.first, node.last);
    case 'checkpoint':
      return checkpointInWords(node);
    case 'note':
      return noteInWords(node.reason);
  }
}

function ratioInWords({ requested, step }: Extract<TreeNode, { kind: 'ratio' }>): string {
  const ratio = ratioText(requested);
  return step === undefined
    ? vscode.l10n.t('Pruned by {0}', ratio)
    : vscode.l10n.t('Step {0} to {1}', step, ratio);
}

function checkpointInWords({ stage, epoch }: Extract<TreeNode, { kind: 'checkpoint' }>): string {
  switch (stage) {
    case 'initial':
      return vscode.l10n.t('Initial');
    case 'trained':
      return vscode.l10n.t('Trained');
    case 'pruned':
      return vscode.l10n.t('Pruned');
    case 'retrained':
      return vscode.l10n.t('Retrained');
    case 'epoch':
      return vscode.l10n.t('Epoch {0}', epoch);
  }
}

function noteInWords(reason: Extract<TreeNode, { kind: 'note' }>['reason']): string {
  switch (reason) {
    case 'nothing-kept':
      return vscode.l10n.t('Nothing was kept (see "keep" in experiment.json)');
    case 'nothing-finished':
      return vscode.l10n.t('No network has finished training yet');
    case 'unreadable':
      return vscode.l10n.t('Cannot be read');
  }
}

function openMatrix(node: TreeNode): vscode.Command {
  const title = vscode.l10n.t('Open Attribution Matrix');
  return { command: 'polysemanticity.matrix.open', title, arguments: [node] };
}

/** `R 3.36 (null 3.790 ± 0.007)` */
function scoreInWords({ relative, null: chance }: RunResult): string {
  return vscode.l10n.t('R {0} (null {1})', fixedNumber(relative, 2), nullInWords(chance));
}

/** `running elsewhere: process 4711 on lab7`; empty if no other process runs the experiment. */
function elsewhereInWords(entry: ExperimentNode['entry']): string[] {
  const other = findRunElsewhere(entry, undefined);
  return other ? [`${stateInWords('elsewhere')}: ${ownerInWords(other)}`] : [];
}

/** `42%, 2 min left` */
function progressInWords({ state, percent: done = 0, timeLeft }: ActiveRun): string {
  if (state !== 'running') return stateInWords(state);
  const words = percent(done / 100);
  return timeLeft === undefined ? words : `${words}, ${timeLeftText(timeLeft)}`;
}

function seedsInWords(seeds: readonly number[]): string {
  return seeds.length === 1
    ? vscode.l10n.t('seed {0}', seeds[0])
    : vscode.l10n.t('{0} seeds ({1})', seeds.length, formatSeeds(seeds));
}

function iconPathOf(state: State): vscode.ThemeIcon {
  const { id, colour } = iconOf(state);
  return new vscode.ThemeIcon(id, colour === undefined ? undefined : new vscode.ThemeColor(colour));
}

/** Sets the label for screen readers, which includes the state that the icon shows. */
function withAccessibleLabel(
  item: vscode.TreeItem,
  name: string,
  state: string,
  more: readonly string[] = [],
): vscode.TreeItem {
  const description = typeof item.description === 'string' ? item.description : '';
  item.accessibilityInformation = { label: [name, state, description, ...more].join(', ') };
  return item;
}
