import * as vscode from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Lab } from '../lab';
import type { ExperimentEntry } from './experimentIndex';
import { placeOf, type Place } from './commandTarget';
import { shapeInWords } from './architecture';
import { stateOfRun } from './states';
import { stateInWords, timeInWords } from './labels';
import { plainLabel, showErrorMessage, showInformationMessage } from '../plainText';

/** A run and the experiment that it is of. */
export interface ChosenRun {
  readonly entry: ExperimentEntry;
  readonly run: RunSummary;
}

/** Which runs are offered. */
export interface RunChoice {
  readonly accepts?: (run: RunSummary) => boolean;
  /** What to say where an experiment has none of them. */
  readonly none?: string;
}

/**
 * The experiment that a command is about: the one that its argument means, without one that of the active
 * editor, else the one that the user chooses.
 * @returns undefined if the user declines, or was told that there is none
 */
export async function chooseExperiment(
  lab: Lab,
  argument?: unknown,
): Promise<ExperimentEntry | undefined> {
  const { experiments } = lab;
  await experiments.ready;
  const place = placeOf(argument);
  if (place) return (await find(lab, place)) ?? tellMissing(place.experiment);
  const open = activePlace(lab);
  const entry = open && experiments.find(open.experiment);
  if (entry) return entry;
  const { entries } = experiments;
  if (entries.length === 0) return tellNone();
  return entries.length === 1 ? entries[0] : pickExperiment(entries);
}

/**
 * The run that a command is about: the one that its argument means, else the one that the user chooses
 * among those of the experiment.
 * @returns undefined if the user declines, or was told that there is none
 */
export async function chooseRun(
  lab: Lab,
  argument?: unknown,
  { accepts = () => true, none }: RunChoice = {},
): Promise<ChosenRun | undefined> {
  const place = placeOf(argument);
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return undefined;
  if (place?.run !== undefined) {
    const run = entry.runs.find(({ folder }) => folder === place.run);
    return run ? { entry, run } : tellMissing(place.run);
  }
  const runs = entry.runs.filter(accepts);
  if (runs.length === 0) return tellNoRuns(entry, none);
  const run = runs.length === 1 ? runs[0] : await pickRun(lab, entry, runs);
  return run && { entry, run };
}

/** What the active editor shows: an experiment's text, or a view of one. */
function activePlace({ selection }: Lab): Place | undefined {
  const { activeTextEditor, tabGroups } = vscode.window;
  const { input } = tabGroups.activeTabGroup.activeTab ?? {};
  const isView =
    input instanceof vscode.TabInputWebview && input.viewType.includes('polysemanticity');
  return placeOf(isView ? selection.current : activeTextEditor?.document.uri);
}

async function find({ experiments }: Lab, place: Place): Promise<ExperimentEntry | undefined> {
  const known = experiments.find(place.experiment);
  const isThere = place.run === undefined || known?.runs.some(({ folder }) => folder === place.run);
  if (known && isThere) return known;
  // It may have been made a moment ago.
  await experiments.refresh();
  return experiments.find(place.experiment);
}

async function pickExperiment(
  entries: readonly ExperimentEntry[],
): Promise<ExperimentEntry | undefined> {
  const items = entries.map((entry) => ({
    label: plainLabel(entry.name),
    description: entry.specification && shapeInWords(entry.specification),
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
 * Messages are shown without waiting for an answer: whoever asked is told at once that there is nothing.
 */

function tellMissing(location: string): undefined {
  void showErrorMessage(
    vscode.l10n.t('There is no experiment or run of this workspace at {0}.', location),
  );
  return undefined;
}

function tellNone(): undefined {
  const create = vscode.l10n.t('New Experiment');
  const examples = vscode.l10n.t('Open Examples');
  const message = vscode.l10n.t('There is no experiment in this workspace yet.');
  void showInformationMessage(message, create, examples).then((chosen) => {
    if (chosen === create) return vscode.commands.executeCommand('polysemanticity.experiment.new');
    if (chosen === examples) return vscode.commands.executeCommand('polysemanticity.examples.open');
    return undefined;
  });
  return undefined;
}

function tellNoRuns(
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
