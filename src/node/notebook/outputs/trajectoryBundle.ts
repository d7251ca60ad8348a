import { grouped } from '../../../core/grouped';
import type { MaybeNumber, MetricsRow } from '../../../core/experiment/metricsRow';
import { legName } from '../../../core/experiment/plan';
import type { Specification } from '../../../core/experiment/specification';
import { nullSentence } from '../../../figures/text/nullWords';
import { type NullLevel, nullLevel, type RunNull } from '../../../core/experiment/runNull';
import { MEASURES } from '../../../core/measures/table';
import { svgText } from '../../../figures/marks/svgText';
import { runsFigure } from '../../../figures/trajectories/figure';
import { trajectoryRuns } from '../../../figures/trajectories/outputRuns';
import type { MimeBundle } from '../../../protocol/mimeBundle';
import { MAX_TITLE_LENGTH, OUTPUT_VERSION } from '../../../protocol/outputs/common';
import { type EncodedTensor, encodeTensor } from '../../../protocol/outputs/tensor';
import {
  TRAJECTORY_MIME,
  type TrajectoryOutput,
  type TrajectoryOutputRun,
} from '../../../protocol/outputs/trajectory';
import { counted } from '../../../core/counted';
import { MISSING, ratioText, shortNumber } from '../../../figures/text/numbers';

/**
 * Rows that an output embeds; beyond that, epochs are left out. About 500 bytes each: numbers are exact, so that
 * an output shows the same figure as its run.
 */
const MAX_ROWS = 8000;

/** The rows of one run. */
export interface TrajectoryRun {
  readonly name: string;
  readonly rows: readonly MetricsRow[];
  readonly id?: string;
  /** Folder of the run relative to the notebook, so that a click opens it. */
  readonly run?: string;
  readonly engine?: string;
  readonly specification?: Specification;
  /** The null that its rows are compared with, if the run has one. */
  readonly nulls?: RunNull;
}

/** Trajectories: interactive, as a picture, and as text. */
export function trajectoryBundle(runs: readonly TrajectoryRun[], title?: string): MimeBundle {
  const heading = title ?? runs.map(({ name }) => name).join(', ');
  const count = runs.reduce((sum, { rows }) => sum + rows.length, 0);
  const stride = Math.ceil(count / MAX_ROWS);
  const note =
    stride > 1 ? `of the epochs between the ends of legs, one in ${stride} is embedded` : undefined;
  const output: TrajectoryOutput = {
    version: OUTPUT_VERSION,
    title: heading.slice(0, MAX_TITLE_LENGTH),
    runs: runs.map((run) => runOutput(run, stride)),
    ...(note !== undefined && { note }),
  };
  return {
    [TRAJECTORY_MIME]: output,
    'image/svg+xml': svgText(runsFigure(trajectoryRuns(output), 'light')),
    'text/plain': [heading, ...summaryLines(runs), ...(note ? [note] : [])].join('\n'),
  };
}

function runOutput(
  { name, rows, id, run, engine, specification, nulls }: TrajectoryRun,
  stride: number,
): TrajectoryOutputRun {
  const lastEpochs = new Map(rows.map((row) => [legName(row), row.epoch]));
  const kept = rows.filter(
    (row) => row.epoch % stride === 0 || row.epoch === lastEpochs.get(legName(row)),
  );
  return {
    name,
    ...(id !== undefined && { id }),
    ...(run !== undefined && { run }),
    ...(engine !== undefined && { engine }),
    ...(specification && { specification: { ...specification } }),
    ...(nulls && { nulls: { ...nulls, widths: [...nulls.widths] } }),
    columns: columnsOf(kept),
  };
}

function columnsOf(rows: readonly MetricsRow[]): TrajectoryOutputRun['columns'] {
  const exact = (of: (row: MetricsRow) => MaybeNumber | undefined): EncodedTensor =>
    encodeTensor(
      Float64Array.from(rows, (row) => of(row) ?? NaN),
      [rows.length],
    );
  const measures = MEASURES.map(({ id }) => {
    const layers = rows.reduce(
      (most, { measures: all }) => Math.max(most, all[id].layers.length),
      0,
    );
    return [
      id,
      {
        mean: exact((row) => row.measures[id].mean),
        null: exact((row) => row.measures[id].null),
        layers: Array.from({ length: layers }, (_, l) =>
          exact((row) => row.measures[id].layers[l]),
        ),
      },
    ] as const;
  });
  /** Fields of named arms are left out of other outputs. */
  const has = (field: 'step' | 'weightRatio'): boolean =>
    rows.some((row) => row[field] !== undefined);
  return {
    epoch: encodeTensor(
      Uint32Array.from(rows, ({ epoch }) => epoch),
      [rows.length],
    ),
    seed: exact(({ seed }) => seed),
    arm: rows.map(({ arm }) => arm),
    requested: exact(({ requested }) => requested),
    ...(has('step') && { step: exact(({ step }) => step ?? null) }),
    neuronRatio: exact(({ neuronRatio }) => neuronRatio),
    parameterRatio: exact(({ parameterRatio }) => parameterRatio),
    ...(has('weightRatio') && { weightRatio: exact((row) => row.weightRatio ?? null) }),
    trainLoss: exact(({ trainLoss }) => trainLoss),
    testLoss: exact(({ testLoss }) => testLoss),
    r2: exact(({ r2 }) => r2),
    measures: Object.fromEntries(measures),
  };
}

/** The last row of every leg; where an arm prunes in several steps, of the last one. */
function lastRows(rows: readonly MetricsRow[]): MetricsRow[] {
  const last = new Map<string, MetricsRow>();
  for (const row of rows) {
    const name = legName({ ...row, step: undefined });
    if ((row.step ?? 1) >= (last.get(name)?.step ?? 1)) last.set(name, row);
  }
  return [...last.values()];
}

/** The level of R's null; rows without a run state it themselves. */
function levelOf({ nulls, rows, specification }: TrajectoryRun): NullLevel | undefined {
  const level = nullLevel(nulls, rows, 'relative');
  return level && { ...level, old: level.old && specification !== undefined };
}

const MAX_LINES = 30;

function summaryLines(runs: readonly TrajectoryRun[]): string[] {
  return runs.flatMap((run) =>
    runs.length === 1 ? summaryOfRun(run) : [`${run.name}:`, ...summaryOfRun(run)],
  );
}

/** A line for each arm and ratio: means over seeds at the end of its legs. */
function summaryOfRun(run: TrajectoryRun): string[] {
  const { rows } = run;
  const last = lastRows(rows);
  const groups = grouped(last, ({ arm, requested }) => {
    return `${arm}, ${requested === null ? 'trained' : `pruned ${ratioText(requested)}`}`;
  });
  const seeds = new Set(last.map(({ seed }) => seed)).size;
  const lines = [...groups].map(([name, group]) => {
    const mean = (of: (row: MetricsRow) => MaybeNumber): string => {
      const values = group.map(of).filter((value) => value !== null);
      const sum = values.reduce((a, b) => a + b, 0);
      return values.length === 0 ? MISSING : shortNumber(sum / values.length, 4);
    };
    const r = mean(({ measures }) => measures.relative.mean);
    return `${name}: R ${r}, test loss ${mean(({ testLoss }) => testLoss)}`;
  });
  const level = levelOf(run);
  return [
    `${counted(rows.length, 'row')}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    ...lines.slice(0, MAX_LINES),
    ...(lines.length > MAX_LINES ? [`and ${lines.length - MAX_LINES} more`] : []),
    ...(level ? [nullSentence('null of R', level)] : []),
  ];
}
