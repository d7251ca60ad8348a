import type { MeasureId } from '../../core/measures/table';
import { type NullLevel, nullLevel } from '../../core/experiment/runNull';
import { type LineRequest, lineThroughMeans, type Sample } from './aggregate';
import { epochMeans } from './epochs';
import { prunedLegs, trainingLegs } from './legs';
import { type LineSubject, subjectName, type TrajectoryLine } from './lines';
import type { ShownRun } from './run';
import { groupsOf, idOf, inOrder, prunedSample, type SeriesSource, type Value } from './series';

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
