import { mean } from 'd3';
import { grouped } from '../../core/grouped';
import type { LegRows, MetricsTable } from '../../core/experiment/metricsTable';
import { type ArmName, ARMS } from '../../core/experiment/plan';
import { type NullLevel, nullLevel } from '../../core/experiment/runNull';
import type { MeasureId } from '../../core/measures/table';
import type { LineStyle, Reference } from '../lines/data';
import { type LineRequest, lineThrough, lineThroughMeans, type Sample } from './aggregate';
import { type Column, epochLine, epochMeans } from './epochs';
import { type LineSubject, type Stage, subjectName, type TrajectoryLine } from './lines';
import type { ShownRun } from './run';
import type { RatioChoice, ViewState } from './state';

/** A number of a row. @returns NaN if it is missing */
export type Value = (row: number) => number;

/** A run with its title. */
export interface SeriesSource {
  readonly run: ShownRun;
  readonly title: string;
}

type Choices = Pick<ViewState, 'seeds' | 'parts'>;

/** Legs of training, by arm and then by seed. */
function trainingLegs(table: MetricsTable, arm: ArmName): LegRows[] {
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested === null)
    .sort((a, b) => a.leg.seed - b.leg.seed);
}

function shownArms({ parts }: Choices): ArmName[] {
  return ARMS.filter((arm) => parts[arm]);
}

/** A value over the epochs of training: one line per arm, or per arm and seed. */
export function trainingLines(
  { run, title }: SeriesSource,
  column: Column,
  choices: Choices,
  extra: { readonly suffix?: string; readonly style?: LineStyle } = {},
): TrajectoryLine[] {
  return shownArms(choices).flatMap((arm) => {
    const legs = trainingLegs(run.table, arm);
    const requestOf = (subject: LineSubject): LineRequest => ({
      id: idOf(subject, extra.suffix),
      name: [subjectName(title, subject), extra.suffix].filter(Boolean).join(', '),
      style: { ...styleOf(run, subject), ...extra.style },
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

/** A pruned specimen before and after retraining. */
interface Pruned extends LegRows {
  readonly before: number;
  /** -1 until an epoch of retraining is measured. */
  readonly after: number;
}

function prunedLegs({ table, specification }: ShownRun, arm: ArmName): Pruned[] {
  const retrained = specification.pruning.retraining.epochs > 0;
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested !== null)
    .map((found) => {
      const { rows } = found;
      const before = rows[0] ?? -1;
      // Without retraining, a pruned specimen is final.
      return { ...found, before, after: retrained ? lastRow(rows, 1) : before };
    })
    .sort((a, b) => a.leg.seed - b.leg.seed || requestedOf(a) - requestedOf(b));
}

function requestedOf({ leg }: LegRows): number {
  return leg.requested ?? NaN;
}

function lastRow(rows: readonly number[], from: number): number {
  for (let epoch = rows.length - 1; epoch >= from; epoch--)
    if (rows[epoch] >= 0) return rows[epoch];
  return -1;
}

/** Axes of charts of pruned specimens. */
export interface PruningAxes {
  readonly x: Value;
  readonly y: Value;
  /** Whether points are joined in the order of x; otherwise in the order of the requested ratio. */
  readonly byX: boolean;
}

/** Values of pruned specimens: one line per arm and stage, or per arm, stage and seed. */
export function pruningLines(
  { run, title }: SeriesSource,
  { x, y, byX }: PruningAxes,
  choices: Choices,
): TrajectoryLine[] {
  const stages: Stage[] = (['before', 'after'] as const).filter((stage) => choices.parts[stage]);
  return shownArms(choices).flatMap((arm) => {
    const legs = prunedLegs(run, arm);
    return stages.flatMap((stage) => {
      const samples = legs.flatMap((leg) => prunedSample(run.table, leg, leg[stage], x, y));
      const requestOf = (subject: LineSubject): LineRequest => ({
        id: idOf(subject),
        name: subjectName(title, subject),
        style: { ...styleOf(run, subject), ...(!byX && { loose: true }) },
        subject,
        xInterval: !byX,
      });
      const lines =
        choices.seeds === 'each'
          ? groupsOf(samples, ({ seed }) => seed).map((group) =>
              lineThrough(requestOf({ run: run.run, arm, stage, seed: group[0].seed }), group),
            )
          : [
              lineThroughMeans(
                requestOf({ run: run.run, arm, stage }),
                groupsOf(samples, ({ requested }) => requested),
              ),
            ];
      const joined = lines.filter((line) => line.x.length > 0);
      return joined.map((line) => inOrder(line, byX ? line.x : line.requested));
    });
  });
}

function prunedSample(
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
      neuronRatio: table.number('neuronRatio')[row],
      parameterRatio: table.number('parameterRatio')[row],
    },
  ];
}

/** The ratio by which pruned specimens are placed. */
export function ratioValue(table: MetricsTable, choice: RatioChoice): Value {
  const column = table.number(choice);
  return (row) => column[row];
}

/** The level of a measure's null in a run; undefined if there is none. */
export function levelOf(
  { nulls, oldNull = false, table }: ShownRun,
  measure: MeasureId,
): NullLevel | undefined {
  if (nulls) return nullLevel(nulls, [], measure);
  // Old runs only have levels in their rows: takes that of the unpruned widths, since pruned rows may differ.
  const requested = table.number('requested');
  const column = table.measure(measure)?.null;
  for (let row = 0; column && row < table.count; row++) {
    if (!Number.isNaN(requested[row])) continue;
    return Number.isNaN(column[row]) ? undefined : { mean: column[row], old: oldNull };
  }
  return undefined;
}

/** The level of the null over the measured epochs of training. */
export function trainingNull({ run, title }: SeriesSource, measure: MeasureId): TrajectoryLine[] {
  const level = levelOf(run, measure);
  if (!level) return [];
  const legs = ARMS.flatMap((arm) => trainingLegs(run.table, arm));
  const line = epochMeans(nullRequest(run, title, level), legs, undefined);
  return line ? [atLevel(line, level)] : [];
}

/** The level of the null at every ratio, on which it does not depend. */
export function pruningNull(
  { run, title }: SeriesSource,
  x: Value,
  measure: MeasureId,
): TrajectoryLine[] {
  const level = levelOf(run, measure);
  const samples = ARMS.flatMap((arm) => prunedLegs(run, arm)).flatMap((leg) =>
    prunedSample(run.table, leg, leg.before, x, () => level?.mean ?? NaN),
  );
  if (!level || samples.length === 0) return [];
  const groups = groupsOf(samples, ({ requested }) => requested);
  const line = atLevel(lineThroughMeans(nullRequest(run, title, level), groups), level);
  return [inOrder(line, line.x)];
}

function nullRequest({ run, slot }: ShownRun, title: string, { old }: NullLevel): LineRequest {
  const subject: LineSubject = { run };
  const name = subjectName(title, subject);
  return {
    id: idOf(subject),
    name: old ? `${name} (old)` : name,
    style: { slot, dash: 'dashed', faint: true },
    subject,
  };
}

/** A line of constant level, which has its own error and no spread over seeds. */
function atLevel(line: TrajectoryLine, level: NullLevel): TrajectoryLine {
  return {
    ...line,
    y: new Float64Array(line.x.length).fill(level.mean),
    count: new Float64Array(line.x.length).fill(NaN),
    low: undefined,
    high: undefined,
    level,
  };
}

/** References of the trained specimens before pruning: the mean over seeds, one per arm. */
export function baselines(
  { run, title }: SeriesSource,
  x: Value | undefined,
  y: Value,
  choices: Choices,
): Reference[] {
  return shownArms(choices).flatMap((arm) => {
    const rows = trainingLegs(run.table, arm)
      .map((leg) => lastRow(leg.rows, 0))
      .filter((row) => row >= 0);
    const place = { x: x ? (mean(rows, x) ?? NaN) : 0, y: mean(rows, y) ?? NaN };
    if (Number.isNaN(place.x) || Number.isNaN(place.y)) return [];
    const style: LineStyle = { ...styleOf(run, { run: run.run, arm }), marker: 'hollow' };
    return [{ name: `${title}, ${arm}, not pruned`, style, ...place, rule: x === undefined }];
  });
}

function styleOf({ slot }: ShownRun, { arm, stage, seed }: LineSubject): LineStyle {
  return {
    slot,
    ...(arm === 'dropout' && { twin: true, dash: 'dotted' as const }),
    marker: stage === 'before' ? 'hollow' : 'filled',
    ...((stage === 'before' || seed !== undefined) && { faint: true }),
    // Markers would hide hundreds of lines.
    ...(seed !== undefined && stage === undefined && { marker: undefined }),
  };
}

function idOf({ run, arm, stage, seed }: LineSubject, suffix = ''): string {
  return [run, arm ?? 'null', stage ?? '', seed ?? '', suffix].join('|');
}

/** Groups by ascending key. */
function groupsOf(samples: readonly Sample[], key: (sample: Sample) => number): Sample[][] {
  return [...grouped(samples, key)].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** The same line with its points in ascending order of a column; stable. */
function inOrder(line: TrajectoryLine, by: Float64Array): TrajectoryLine {
  const order = Array.from(by.keys()).sort((a, b) => by[a] - by[b] || a - b);
  if (order.every((from, to) => from === to)) return line;
  const sorted = Object.entries(line).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Float64Array ? Float64Array.from(order, (i) => value[i]) : value,
  ]);
  return Object.fromEntries(sorted) as TrajectoryLine;
}
