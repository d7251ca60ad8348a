import type { DataReport } from '../core/experiment/events';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { nullSentence, nullText } from '../core/experiment/nullWords';
import { nullLevel, type NullLevel } from '../core/experiment/runNull';
import type { Leg } from '../core/experiment/plan';
import type { Glyphs } from './glyphs';
import { decimals, duration, percent, requestedPercent, significant } from './numbers';
import { epochsOfLeg, percentDone, timeLeft, type Progress } from '../core/experiment/progress';
import { formatSeeds } from '../node/experiments/numberLists';

const BAR_WIDTH = 20;
const MIN_BAR_WIDTH = 4;
const MANY_SEEDS = 24;

/** Options of a progress line. */
export interface LineOptions {
  /** Available characters. */
  readonly width: number;
  readonly glyphs: Glyphs;
}

/**
 * The progress line, which is redrawn in place: bar, percentage, activity, current polysemanticity and test
 * loss, elapsed and remaining time. If the width is small, words are shortened first, then the bar is
 * dropped, then the end. Generating data without a run shows counts and no bar.
 */
export function progressLine(
  progress: Progress,
  now: number,
  { width, glyphs }: LineOptions,
): string {
  const done = percentDone(progress);
  const left = timeLeft(progress, now);
  const percentage = done === undefined ? '' : `${done}%`.padStart(5);
  const taken = duration(now - progress.started);
  const rest = left === undefined ? [] : [`left ${duration(left)}`];
  const wordy = [
    `${percentage} ${activity(progress, true)}`,
    ...figures(progress, glyphs),
    [taken, ...rest].join(', '),
  ].join(glyphs.separator);
  const terse = [
    percentage,
    activity(progress, false),
    ...figures(progress, glyphs),
    taken,
    ...rest,
  ].join(' ');
  const widthBeside = (text: string): number => Math.min(BAR_WIDTH, width - text.length);
  const text = widthBeside(wordy) < BAR_WIDTH ? terse : wordy;
  const barWidth = widthBeside(text);
  if (done === undefined || barWidth < MIN_BAR_WIDTH) return text.trimStart().slice(0, width);
  const filled = Math.round((done / 100) * barWidth);
  return glyphs.barDone.repeat(filled) + glyphs.barLeft.repeat(barWidth - filled) + text;
}

const TERSE_STAGES = { training: 'train', retraining: 'retrain' } as const;

function activity(progress: Progress, wordy: boolean): string {
  const { stage, data, row, seeds } = progress;
  if (data) return `data: ${data.step} ${data.done}/${data.of}`;
  if (stage === undefined) return 'starting';
  if (stage === 'data' || !row) return stageText(stage, seeds);
  const epochs = epochsOfLeg(progress);
  const epoch = `${row.epoch}${epochs === undefined ? '' : `/${epochs}`}`;
  return wordy
    ? `${stage} ${legText(row)}, epoch ${epoch}`
    : `${TERSE_STAGES[stage]} ${legText(row)} ${epoch}`;
}

function figures({ stage, row }: Progress, { missing }: Glyphs): string[] {
  if (!row || stage === 'data') return [];
  return [
    `R ${decimals(row.measures.relative.mean, 3, missing)}`,
    `test ${significant(row.testLoss, 3, missing)}`,
  ];
}

/** A stage with its seeds: `training seeds 0..19`. */
export function stageText(stage: string, seeds: readonly number[]): string {
  if (stage === 'data') return stage;
  const text = formatSeeds(seeds);
  const shown = text.length > MANY_SEEDS ? `${seeds.length}` : text;
  return seeds.length === 1 ? `${stage} seed ${shown}` : `${stage} seeds ${shown}`;
}

/** A leg as text: `seed 42 dense 30%`. */
export function legText({ seed, arm, requested }: Leg): string {
  const pruned = requested === null ? '' : ` ${requestedPercent(requested)}`;
  return `seed ${seed} ${arm}${pruned}`;
}

/** The log line of a finished leg. */
export function legLine(progress: Progress, row: MetricsRow, now: number, glyphs: Glyphs): string {
  const { missing, separator, plusMinus } = glyphs;
  const { relative } = row.measures;
  const level = nullLevel(progress.nulls, [], 'relative');
  const chance = level ? nullText(level, plusMinus) : missing;
  const left = timeLeft(progress, now);
  return [
    `${percentDone(progress) ?? 0}%`.padStart(4) +
      ` ${legText(row)}: R ${decimals(relative.mean, 3, missing)} (null ${chance})`,
    `test loss ${significant(row.testLoss, 4, missing)}`,
    duration(now - progress.started) + (left === undefined ? '' : `, left ${duration(left)}`),
  ].join(separator);
}

/** The log line of the null of R. */
export function nullLine(level: NullLevel, { plusMinus }: Glyphs): string {
  return nullSentence('  null of R', level, plusMinus);
}

/** Lines about data: its sizes and, for generated data, its quality. */
export function dataReportLines(report: DataReport): string[] {
  const { samples, features, inputs, outputs, approximateShare, meanError, maximumError } = report;
  const lines = [`${samples} samples, ${features} features, ${inputs} inputs, ${outputs} outputs`];
  if (approximateShare !== undefined) {
    const errors =
      meanError === undefined || maximumError === undefined
        ? ''
        : `; error of the worst feature: mean ${significant(meanError, 3, '')}, largest ${significant(maximumError, 3, '')}`;
    lines.push(`approximate samples: ${percent(approximateShare, 1, '')}${errors}`);
  }
  if (report.autoencoderLoss !== undefined) {
    lines.push(`autoencoder loss: ${significant(report.autoencoderLoss, 4, '')}`);
  }
  return lines;
}
