import { duration } from '../../figures/text/durations';
import { fixedNumber, ratioText, shortNumber } from '../../figures/text/numbers';
import * as vscode from 'vscode';
import { MarkdownString } from 'vscode';
import type { Specification } from '../../core/experiment/specification';
import type { RunResult } from '../../node/code/runResult';
import type { RunSummary } from '../../node/runStore/listRuns';
import { formatSeeds } from '../../node/experiments/numberLists';
import { nullSource } from '../../figures/text/nullWords';
import { ago, nullInWords } from '../code/format';
import type { ExperimentNode, RunNode } from './nodes';
import type { NodeStatus } from './items';
import { architectureInWords } from './architecture';
import { timeInWords } from './labels';

/** Describes an experiment and the result of its latest run. */
export function experimentTooltip(
  { entry }: ExperimentNode,
  { result, failure }: NodeStatus,
): MarkdownString {
  const { name, specification, problem, file, runs } = entry;
  const text = withHeading(name);
  if (specification?.description) text.appendText(`${specification.description}\n\n`);
  if (problem !== undefined) text.appendText(`${problem}\n\n`);
  if (failure !== undefined) text.appendText(`${failure}\n\n`);
  if (specification) {
    const { features, seeds, specimen } = specification;
    table(text, [
      [vscode.l10n.t('Architecture'), architectureInWords(specification)],
      ...(features ? [[vscode.l10n.t('Features'), String(features.count)] as const] : []),
      pruningRow(specification),
      ...(specimen.dropoutTwin === undefined
        ? []
        : [[vscode.l10n.t('Dropout twin'), String(specimen.dropoutTwin)] as const]),
      [vscode.l10n.t('Seeds'), formatSeeds(seeds)],
      [vscode.l10n.t('Runs'), String(runs.length)],
    ]);
  }
  if (result) resultTable(text, result);
  text.appendText(vscode.workspace.asRelativePath(file));
  return text;
}

/** Describes how a run was made, and its result. */
export async function runTooltip(
  { summary }: RunNode,
  { result, active, obstacles = [] }: NodeStatus,
): Promise<MarkdownString> {
  const text = withHeading(timeInWords(summary));
  if (obstacles.length > 0 && active?.folder !== summary.folder) {
    const reasons = obstacles.map((obstacle) => obstacle.text).join('; ');
    text.appendText(`${vscode.l10n.t('Run does not resume it: {0}', reasons)}\n\n`);
    if (summary.state === 'unfinished') {
      text.appendText(
        `${vscode.l10n.t('Resume Run resumes it with its own specification and engine.')}\n\n`,
      );
    }
  }
  if (summary.state === 'damaged') {
    // An obstacle, if there is one, has already given the reason.
    if (obstacles.length > 0) return text;
    text.appendText(summary.reason);
    return text;
  }
  const { specification, engine, version, startedAt, folder } = summary;
  const began = new Date(startedAt);
  table(text, [
    [vscode.l10n.t('Started'), ago(began, new Date())],
    ...(await durationRow(summary)),
    [vscode.l10n.t('Architecture'), architectureInWords(specification)],
    pruningRow(specification),
    [vscode.l10n.t('Seeds'), formatSeeds(specification.seeds)],
    [vscode.l10n.t('Engine'), engine.description],
    [vscode.l10n.t('Version'), version],
  ]);
  if (result) resultTable(text, result);
  text.appendText(vscode.workspace.asRelativePath(folder));
  return text;
}

async function durationRow({ folder, state }: RunSummary): Promise<[string, string][]> {
  if (state !== 'finished') return [];
  const { readRunHeader } = await import('../../node/runStore/header');
  const header = await readRunHeader(folder).catch(() => undefined);
  if (header?.state !== 'finished') return [];
  return [[vscode.l10n.t('Duration'), duration(1000 * header.run.seconds)]];
}

function resultTable(
  text: MarkdownString,
  { relative, null: chance, testLoss, layers }: RunResult,
): void {
  table(text, [
    [vscode.l10n.t('R of the trained network'), fixedNumber(relative, 2)],
    [vscode.l10n.t('R of random readouts (null)'), nullInWords(chance)],
    ...(chance ? [[vscode.l10n.t('About the null'), nullSource(chance)] as const] : []),
    [
      vscode.l10n.t('R by layer'),
      layers.map((layer) => fixedNumber(layer.relative, 2)).join(' · '),
    ],
    [vscode.l10n.t('Test loss'), shortNumber(testLoss)],
  ]);
}

/** The names of the arms, or the method and ratios. */
function pruningRow({ arms, pruning }: Specification): readonly [string, string] {
  if (arms) return [vscode.l10n.t('Arms'), arms.map(({ name }) => name).join(', ')];
  return [vscode.l10n.t('Pruning'), `${pruning.method}, ${ratiosInWords(pruning.ratios)}`];
}

function ratiosInWords(ratios: readonly number[]): string {
  if (ratios.length > 4) {
    const sorted = [...ratios].sort((a, b) => a - b);
    const ends = [sorted[0], sorted[sorted.length - 1]].map(ratioText);
    return vscode.l10n.t('{0} ratios, {1} to {2}', ratios.length, ...ends);
  }
  return ratios.map(ratioText).join(', ');
}

function withHeading(title: string): MarkdownString {
  return new MarkdownString('**').appendText(title).appendMarkdown('**\n\n');
}

function table(text: MarkdownString, rows: readonly (readonly [string, string])[]): void {
  text.appendMarkdown('| | |\n|---|---|\n');
  for (const [name, value] of rows) {
    text.appendMarkdown('| ').appendText(name).appendMarkdown(' | ').appendText(value);
    text.appendMarkdown(' |\n');
  }
  text.appendMarkdown('\n');
}
