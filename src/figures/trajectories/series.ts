import { mean } from 'd3';
import { grouped } from '../../core/grouped';
import type { LegRows, MetricsTable } from '../../core/experiment/metricsTable';
import type { LineStyle, Reference } from '../lines/data';
import { type LineRequest, lineThrough, lineThroughMeans, type Sample } from './aggregate';
import { armsOfRun, armStyle, askedAtStep, namesArms } from './arms';
import { type Column, epochLine, epochMeans } from './epochs';
import {
  lastRow,
  prunedLegs,
  requestedOf,
  shownArms,
  shownTrainings,
  trainedEnds,
  trainingLegs,
  trainingName,
  type Pruned,
} from './legs';
import { type LineSubject, type Stage, subjectName, type TrajectoryLine } from './lines';
import type { ShownRun } from './run';
import type { RatioChoice, ViewState } from './state';

/** A number of a row. @returns NaN if it is missing */
export type Value = (row: number) => number;

/** A run with its title. */
export interface SeriesSource {
  readonly run: ShownRun;
  readonly title: string;
  /** Places of named arms among all that are shown. */
  readonly places: ReadonlyMap<string, number>;
  /** Whether colours tell arms apart, not runs. */
  readonly coloursArms: boolean;
}

type Choices = Pick<ViewState, 'seeds' | 'parts' | 'hiddenArms'>;

/** A value over the epochs of training: one line per arm, or per arm and seed. */
export function trainingLines(
  source: SeriesSource,
  column: Column,
  choices: Choices,
  extra: { readonly suffix?: string; readonly style?: LineStyle } = {},
): TrajectoryLine[] {
  const { run, title } = source;
  return shownTrainings(run, choices).flatMap(([arm]) => {
    const legs = trainingLegs(run.table, arm);
    const named = trainingName(run, arm);
    const requestOf = (subject: LineSubject): LineRequest => ({
      id: idOf(subject, extra.suffix),
      name: [subjectName(title, { ...subject, arm: named }), extra.suffix]
        .filter(Boolean)
        .join(', '),
      style: { ...styleOf(source, subject), ...extra.style },
      subject,
    });
    if (choices.seeds === 'each') {
      return legs.map((leg) =>
        epochLine(requestOf({ run: run.run, arm, seed: leg.leg.seed }), leg, column),
      );
    }
    return epochMeans(requestOf({ run: run.run, arm }), legs, column) ?? [];
  });
}

/** Axes of charts of pruned specimens. */
export interface PruningAxes {
  readonly x: Value;
  readonly y: Value;
  /** Whether points are joined in the order of x; otherwise in the order of the requested ratio. */
  readonly byX: boolean;
}

/**
 * Values of pruned specimens: one line per arm and stage, or per arm, stage and seed. Those of named arms begin
 * at the trained specimens that they continue. An arm that prunes in steps has a line for each ratio.
 */
export function pruningLines(
  source: SeriesSource,
  { x, y, byX }: PruningAxes,
  choices: Choices,
): TrajectoryLine[] {
  const stages: Stage[] = (['before', 'after'] as const).filter((stage) => choices.parts[stage]);
  const { run, title } = source;
  return shownArms(run, choices).flatMap((shown) => {
    const { name: arm } = shown;
    const paths = pathsOf(prunedLegs(run, arm));
    const starts = choices.parts.baseline && namesArms(run) ? trainedEnds(run, shown) : [];
    return paths.flatMap(([target, legs]) =>
      stages.flatMap((stage) => {
        const pruned = legs.flatMap((leg) => prunedSample(run.table, leg, leg[stage], x, y));
        if (pruned.length === 0) return [];
        const seeds = new Set(pruned.map(({ seed }) => seed));
        const samples = [
          ...(shown.isControl ? [] : starts)
            .filter(({ leg }) => seeds.has(leg.seed))
            .flatMap((leg) => prunedSample(run.table, leg, leg.last, x, y)),
          ...pruned,
        ];
        const requestOf = (subject: LineSubject): LineRequest => ({
          id: idOf(subject),
          name: subjectName(title, subject),
          style: { ...styleOf(source, subject), ...(!byX && { loose: true }) },
          subject,
          xInterval: !byX,
        });
        const common = { run: run.run, arm, stage, ...(target !== undefined && { target }) };
        const lines =
          choices.seeds === 'each'
            ? groupsOf(samples, ({ seed }) => seed).map((group) =>
                lineThrough(requestOf({ ...common, seed: group[0].seed }), group),
              )
            : [lineThroughMeans(requestOf(common), groupsOf(samples, placeOf))];
        const { trainedAs } = shown;
        return lines
          .filter((line) => line.x.length > 0)
          .map((line) => inOrder(line, byX ? line.x : orderOf(line)))
          .map((line) => (trainedAs === undefined ? line : { ...line, trainedAs }));
      }),
    );
  });
}

/** The legs of one line: all of an arm that prunes once, those of one ratio of an arm that prunes in steps. */
function pathsOf(legs: readonly Pruned[]): [target: number | undefined, legs: Pruned[]][] {
  const paths = new Map<number | undefined, Pruned[]>();
  for (const leg of legs) {
    const target = leg.leg.step === undefined ? undefined : requestedOf(leg);
    paths.set(target, [...(paths.get(target) ?? []), leg]);
  }
  return [...paths];
}

/** Order of points along a line: unpruned, then by ratio and step. */
function placeOf({ requested, step }: Pick<Sample, 'requested' | 'step'>): number {
  if (Number.isNaN(requested)) return -1;
  return step === undefined || Number.isNaN(step) ? requested : step;
}

function orderOf({ requested, step }: TrajectoryLine): Float64Array {
  return requested.map((ratio, i) => placeOf({ requested: ratio, step: step?.[i] }));
}

/** The values of a pruned specimen at a row; none if there is no row. */
export function prunedSample(
  table: MetricsTable,
  { leg }: LegRows,
  row: number,
  x: Value,
  y: Value,
): Sample[] {
  if (row < 0) return [];
  return [
    {
      seed: leg.seed,
      x: x(row),
      y: y(row),
      requested: leg.requested ?? NaN,
      epoch: table.number('epoch')[row],
      step: leg.step,
      neuronRatio: table.number('neuronRatio')[row],
      parameterRatio: table.number('parameterRatio')[row],
      weightRatio: table.number('weightRatio')[row],
    },
  ];
}

/** The ratio by which specimens are placed: 0 before pruning, and between steps what each asks for. */
export function ratioValue(run: ShownRun, choice: RatioChoice): Value {
  const { table } = run;
  const column = table.number(choice);
  if (choice !== 'requested') return (row) => column[row];
  const steps = table.number('step');
  const arms = new Map(armsOfRun(run).map((arm) => [arm.name, arm]));
  return (row) => {
    if (Number.isNaN(column[row])) return 0;
    if (Number.isNaN(steps[row])) return column[row];
    const arm = arms.get(table.armOf(row));
    return arm ? askedAtStep(arm, column[row], steps[row]) : column[row];
  };
}

/**
 * References of the trained specimens before pruning: the mean over seeds, one for each training. Named arms
 * without pruning are levels to compare with, after their last epoch.
 */
export function baselines(
  source: SeriesSource,
  x: Value | undefined,
  y: Value,
  choices: Choices,
): Reference[] {
  const { run, title } = source;
  const referenceOf = (
    arm: string,
    all: readonly number[],
    { words, rule }: { readonly words: string; readonly rule: boolean },
  ): Reference[] => {
    const rows = all.filter((row) => row >= 0);
    const place = { x: x ? (mean(rows, x) ?? NaN) : 0, y: mean(rows, y) ?? NaN };
    if (Number.isNaN(place.x) || Number.isNaN(place.y)) return [];
    const style: LineStyle = { ...styleOf(source, { run: run.run, arm }), marker: 'hollow' };
    return [{ name: `${title}, ${words}`, style, ...place, rule: rule && x === undefined }];
  };
  const controls = shownArms(run, choices).filter(({ isControl }) => isControl);
  return [
    ...shownTrainings(run, choices).flatMap(([trainer, arms]) => {
      const rows = trainingLegs(run.table, trainer).map((leg) => lastRow(leg.rows, 0));
      const words = `${trainingName(run, trainer)}, not pruned`;
      const hasControl = controls.some(({ name }) => arms.includes(name));
      return referenceOf(trainer, rows, { words, rule: !hasControl });
    }),
    ...controls.flatMap(({ name }) => {
      const rows = prunedLegs(run, name).map(({ after }) => after);
      return referenceOf(name, rows, { words: `${name}, trained as long`, rule: true });
    }),
  ];
}

function styleOf(
  { run, places, coloursArms: byColour }: SeriesSource,
  { arm = '', stage, seed }: LineSubject,
): LineStyle {
  return {
    ...armStyle(arm, places.get(arm), { slot: run.slot, byColour }),
    marker: stage === 'before' ? 'hollow' : 'filled',
    ...((stage === 'before' || seed !== undefined) && { faint: true }),
    // Markers would hide hundreds of lines.
    ...(seed !== undefined && stage === undefined && { marker: undefined }),
  };
}

/** Identity of a line in all charts. */
export function idOf({ run, arm, stage, seed, target }: LineSubject, suffix = ''): string {
  const path = target === undefined ? suffix : `to ${target}`;
  return [run, arm ?? 'null', stage ?? '', seed ?? '', path].join('|');
}

/** Groups by ascending key. */
export function groupsOf(samples: readonly Sample[], key: (sample: Sample) => number): Sample[][] {
  return [...grouped(samples, key)].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** The same line with its points in ascending order of a column; stable. */
export function inOrder(line: TrajectoryLine, by: Float64Array): TrajectoryLine {
  const order = Array.from(by.keys()).sort((a, b) => by[a] - by[b] || a - b);
  if (order.every((from, to) => from === to)) return line;
  const sorted = Object.entries(line).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Float64Array ? Float64Array.from(order, (i) => value[i]) : value,
  ]);
  return Object.fromEntries(sorted) as TrajectoryLine;
}
