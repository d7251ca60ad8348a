import { mean } from 'd3';
import { grouped } from '../../core/grouped';
import type { LegRows, MetricsTable } from '../../core/experiment/metricsTable';
import { counted } from '../../core/counted';
import { legEpochs, type Leg } from '../../core/experiment/plan';
import { type NullLevel, nullLevel } from '../../core/experiment/runNull';
import type { MeasureId } from '../../core/measures/table';
import type { LineStyle, Reference } from '../lines/data';
import { type LineRequest, lineThrough, lineThroughMeans, type Sample } from './aggregate';
import { armsOfRun, armStyle, askedAtStep, namesArms, type ShownArm } from './arms';
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
  /** Places of named arms among all that are shown. */
  readonly places: ReadonlyMap<string, number>;
  /** Whether colours tell arms apart, not runs. */
  readonly coloursArms: boolean;
}

type Choices = Pick<ViewState, 'seeds' | 'parts' | 'hiddenArms'>;

/** Legs of training, by arm and then by seed. */
function trainingLegs(table: MetricsTable, arm: string): LegRows[] {
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested === null)
    .sort((a, b) => a.leg.seed - b.leg.seed);
}

function shownArms(run: ShownRun, { hiddenArms }: Choices): ShownArm[] {
  return armsOfRun(run).filter(({ name }) => !hiddenArms.includes(name));
}

/** Legs of training with the shown arms that continue them, by the first of these in all. */
function shownTrainings(run: ShownRun, choices: Choices): [trainer: string, arms: string[]][] {
  const trainings = new Map<string, string[]>();
  for (const { name, trainedAs } of armsOfRun(run)) {
    if (trainedAs === undefined) continue;
    const arms = trainings.get(trainedAs) ?? [];
    if (!choices.hiddenArms.includes(name)) arms.push(name);
    trainings.set(trainedAs, arms);
  }
  return [...trainings].filter(([, arms]) => arms.length > 0);
}

/** `control`; `control and 2 arms trained alike`. */
function trainingName(run: ShownRun, trainer: string): string {
  const others = armsOfRun(run).filter(
    ({ name, trainedAs }) => trainedAs === trainer && name !== trainer,
  );
  return others.length === 0
    ? trainer
    : `${trainer} and ${counted(others.length, 'arm')} trained alike`;
}

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

/** A pruned specimen before and after retraining. */
interface Pruned extends LegRows {
  readonly before: number;
  /** -1 until an epoch of retraining is measured. */
  readonly after: number;
}

function prunedLegs({ table, specification }: ShownRun, arm: string): Pruned[] {
  const isRetrained = (leg: Leg): boolean =>
    specification.arms
      ? legEpochs(specification, leg) > 0
      : specification.pruning.retraining.epochs > 0;
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested !== null)
    .map((found) => {
      const { rows } = found;
      const before = rows[0] ?? -1;
      // Without retraining, a pruned specimen is final.
      return { ...found, before, after: isRetrained(found.leg) ? lastRow(rows, 1) : before };
    })
    .sort(
      (a, b) =>
        a.leg.seed - b.leg.seed ||
        requestedOf(a) - requestedOf(b) ||
        (a.leg.step ?? 1) - (b.leg.step ?? 1),
    );
}

function requestedOf({ leg }: LegRows): number {
  return leg.requested ?? NaN;
}

/** The last row of a leg from an epoch on; -1 if there is none. */
export function lastRow(rows: readonly number[], from: number): number {
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

/** The last rows of the training that an arm continues. */
function trainedEnds(
  { table }: ShownRun,
  { trainedAs }: ShownArm,
): (LegRows & { readonly last: number })[] {
  if (trainedAs === undefined) return [];
  return trainingLegs(table, trainedAs).map((leg) => ({ ...leg, last: lastRow(leg.rows, 0) }));
}

/** Order of points along a line: unpruned, then by ratio and step. */
function placeOf({ requested, step }: Pick<Sample, 'requested' | 'step'>): number {
  if (Number.isNaN(requested)) return -1;
  return step === undefined || Number.isNaN(step) ? requested : step;
}

function orderOf({ requested, step }: TrajectoryLine): Float64Array {
  return requested.map((ratio, i) => placeOf({ requested: ratio, step: step?.[i] }));
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
export function trainingNull(source: SeriesSource, measure: MeasureId): TrajectoryLine[] {
  const { run } = source;
  const level = levelOf(run, measure);
  if (!level) return [];
  const legs = run.table.armNames.flatMap((arm) => trainingLegs(run.table, arm));
  const line = epochMeans(nullRequest(source, level), legs, undefined);
  return line ? [atLevel(line, level)] : [];
}

/** The level of the null at every ratio, on which it does not depend. */
export function pruningNull(source: SeriesSource, x: Value, measure: MeasureId): TrajectoryLine[] {
  const { run } = source;
  const level = levelOf(run, measure);
  const samples = run.table.armNames
    .flatMap((arm) => prunedLegs(run, arm))
    .flatMap((leg) => prunedSample(run.table, leg, leg.before, x, () => level?.mean ?? NaN));
  const groupOf = ({ requested, step = 1 }: Sample): number => requested + step - 1;
  if (!level || samples.length === 0) return [];
  const groups = groupsOf(samples, groupOf);
  const line = atLevel(lineThroughMeans(nullRequest(source, level), groups), level);
  return [inOrder(line, line.x)];
}

function nullRequest(
  { run: { run, slot }, title, coloursArms }: SeriesSource,
  { old }: NullLevel,
): LineRequest {
  const subject: LineSubject = { run };
  const name = subjectName(title, subject);
  return {
    id: idOf(subject),
    name: old ? `${name} (old)` : name,
    style: { ...(!coloursArms && { slot }), dash: 'dashed', faint: true },
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

function idOf({ run, arm, stage, seed, target }: LineSubject, suffix = ''): string {
  const path = target === undefined ? suffix : `to ${target}`;
  return [run, arm ?? 'null', stage ?? '', seed ?? '', path].join('|');
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
