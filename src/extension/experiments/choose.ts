import * as vscode from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Lab } from '../lab';
import type { ExperimentEntry } from './experimentIndex';
import { targetOf, type CommandTarget } from './commandTarget';
import { architectureInWords } from './architecture';
import { stateOfRun } from './states';
import { stateInWords, timeInWords } from './labels';
import { plainLabel, showErrorMessage, showInformationMessage } from '../plainText';

/** A run and its experiment. */
export interface ChosenRun {
  readonly entry: ExperimentEntry;
  readonly run: RunSummary;
}

/** Restricts the runs that a command offers. */
export interface RunChoice {
  readonly accepts?: (run: RunSummary) => boolean;
  /** The message for an experiment that has none of these runs. */
  readonly none?: string;
}

/**
 * Finds the experiment that a command applies to: the one of its argument, else the one of the active editor, else
 * the one that the user chooses.
 * @returns undefined if the user cancels, or if there is none, which a message has said
 */
export async function chooseExperiment(
  lab: Lab,
  argument?: unknown,
): Promise<ExperimentEntry | undefined> {
  const { experiments } = lab;
  await experiments.ready;
  const target = targetOf(argument);
  if (target) return (await find(lab, target)) ?? showMissing(target.experiment);
  const active = activeTarget(lab);
  const entry = active && experiments.find(active.experiment);
  if (entry) return entry;
  const { entries } = experiments;
  if (entries.length === 0) return showNoExperiment();
  return entries.length === 1 ? entries[0] : pickExperiment(entries);
}

/**
 * Finds the run that a command applies to: the one of its argument, else the one that the user chooses among the
 * runs of the experiment.
 * @returns undefined if the user cancels, or if there is none, which a message has said
 */
export async function chooseRun(
  lab: Lab,
  argument?: unknown,
  { accepts = () => true, none }: RunChoice = {},
): Promise<ChosenRun | undefined> {
  const target = targetOf(argument);
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return undefined;
  if (target?.run !== undefined) {
    const run = entry.runs.find(({ folder }) => folder === target.run);
    return run ? { entry, run } : showMissing(target.run);
  }
  const runs = entry.runs.filter(accepts);
  if (runs.length === 0) return showNoRuns(entry, none);
  const run = runs.length === 1 ? runs[0] : await pickRun(lab, entry, runs);
  return run && { entry, run };
}

/** The experiment that the active editor or view shows. */
function activeTarget({ selection }: Lab): CommandTarget | undefined {
  const { activeTextEditor, tabGroups } = vscode.window;
  const { input } = tabGroups.activeTabGroup.activeTab ?? {};
  const isView =
    input instanceof vscode.TabInputWebview && input.viewType.includes('polysemanticity');
  return targetOf(isView ? selection.current : activeTextEditor?.document.uri);
}

async function find(
  { experiments }: Lab,
  { experiment, run }: CommandTarget,
): Promise<ExperimentEntry | undefined> {
  const known = experiments.find(experiment);
  const hasRun = run === undefined || known?.runs.some(({ folder }) => folder === run);
  if (known && hasRun) return known;
  // The index may not have noticed a new experiment or run yet.
  await experiments.refresh();
  return experiments.find(experiment);
}

async function pickExperiment(
  entries: readonly ExperimentEntry[],
): Promise<ExperimentEntry | undefined> {
  const items = entries.map((entry) => ({
    label: plainLabel(entry.name),
    description: entry.specification && architectureInWords(entry.specification),
    detail: plainLabel(vscode.workspace.asRelativePath(entry.folder)),
    entry,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Choose an Experiment'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.entry;
}

async function pickRun(
  lab: Lab,
  { name, folder }: ExperimentEntry,
  runs: readonly RunSummary[],
): Promise<RunSummary | undefined> {
  const active = lab.runs.active.find(({ experiment }) => experiment === folder);
  const items = runs.map((run) => ({
    label: plainLabel(timeInWords(run)),
    description: plainLabel(stateInWords(stateOfRun(run, active))),
    detail: plainLabel(run.id),
    run,
  }));
  const title = vscode.l10n.t('Choose a Run of {0}', name);
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  return chosen?.run;
}

/*
 * These do not wait until the message is answered, so that the command returns at once.
 */

function showMissing(location: string): undefined {
  void showErrorMessage(vscode.l10n.t('This workspace has no experiment or run at {0}.', location));
  return undefined;
}

function showNoExperiment(): undefined {
  const create = vscode.l10n.t('New Experiment');
  const examples = vscode.l10n.t('Open Examples');
  const message = vscode.l10n.t('This workspace has no experiments yet.');
  void showInformationMessage(message, create, examples).then((chosen) => {
    if (chosen === create) return vscode.commands.executeCommand('polysemanticity.experiment.new');
    if (chosen === examples) return vscode.commands.executeCommand('polysemanticity.examples.open');
    return undefined;
  });
  return undefined;
}

function showNoRuns(
  { name, folder }: ExperimentEntry,
  none = vscode.l10n.t('{0} has not been run yet.', name),
): undefined {
  const run = vscode.l10n.t('Run');
  void showInformationMessage(none, run).then((chosen) => {
    if (chosen !== run) return undefined;
    return vscode.commands.executeCommand('polysemanticity.experiment.run', { experiment: folder });
  });
  return undefined;
}
