import type { DataReport } from '../core/experiment/events';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { nullSentence, nullText } from '../figures/text/nullWords';
import { nullLevel, type NullLevel } from '../core/experiment/runNull';
import type { Leg } from '../core/experiment/plan';
import type { Glyphs } from './glyphs';
import { counted } from '../core/counted';
import { about, duration } from '../figures/text/durations';
import {
  columnNumber,
  fixedNumber,
  percent,
  ratioText,
  shortNumber,
} from '../figures/text/numbers';
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
  const rest = left === undefined ? [] : [`left ${about(left)}`];
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

function figures({ stage, row }: Progress, { numbers }: Glyphs): string[] {
  if (!row || stage === 'data') return [];
  return [
    `R ${numbers(fixedNumber(row.measures.relative.mean, 3))}`,
    `test ${numbers(columnNumber(row.testLoss, 3))}`,
  ];
}

/** A stage with its seeds: `training seeds 0..19`. */
export function stageText(stage: string, seeds: readonly number[]): string {
  if (stage === 'data') return stage;
  const text = formatSeeds(seeds);
  const shown = text.length > MANY_SEEDS ? `${seeds.length}` : text;
  return seeds.length === 1 ? `${stage} seed ${shown}` : `${stage} seeds ${shown}`;
}

/** A leg as text: `seed 42 dense 30%`, `seed 42 imp 30% step 2`. */
export function legText({ seed, arm, requested, step }: Leg): string {
  const pruned = requested === null ? '' : ` ${ratioText(requested)}`;
  return `seed ${seed} ${arm}${pruned}${step === undefined ? '' : ` step ${step}`}`;
}

/** The log line of a finished leg. */
export function legLine(progress: Progress, row: MetricsRow, now: number, glyphs: Glyphs): string {
  const { missing, separator, plusMinus, numbers } = glyphs;
  const { relative } = row.measures;
  const level = nullLevel(progress.nulls, [], 'relative');
  const chance = level ? nullText(level, plusMinus) : missing;
  const left = timeLeft(progress, now);
  return [
    `${percentDone(progress) ?? 0}%`.padStart(4) +
      ` ${legText(row)}: R ${numbers(fixedNumber(relative.mean, 3))} (null ${chance})`,
    `test loss ${numbers(columnNumber(row.testLoss, 4))}`,
    duration(now - progress.started) + (left === undefined ? '' : `, left ${about(left)}`),
  ].join(separator);
}

/** The log line of the null of R. */
export function nullLine(level: NullLevel, { plusMinus }: Glyphs): string {
  return nullSentence('  null of R', level, plusMinus);
}

/** Lines about data: its sizes and, for generated data, its quality. */
export function dataReportLines(report: DataReport): string[] {
  const { samples, features, inputs, outputs, approximateShare, meanError, maximumError } = report;
  const lines = [
    [
      counted(samples, 'sample'),
      counted(features, 'feature'),
      counted(inputs, 'input'),
      counted(outputs, 'output'),
    ].join(', '),
  ];
  if (approximateShare !== undefined) {
    const errors =
      meanError === undefined || maximumError === undefined
        ? ''
        : `; error of the worst feature: mean ${shortNumber(meanError)}, largest ${shortNumber(maximumError)}`;
    lines.push(`approximate samples: ${percent(approximateShare)}${errors}`);
  }
  if (report.autoencoderLoss !== undefined) {
    lines.push(`autoencoder loss: ${shortNumber(report.autoencoderLoss, 4)}`);
  }
  return lines;
}
