import { counted } from '../../core/counted';
import type { z } from 'zod';
import { invalid } from '../../core/errors';
import type { MeasureColumns, MetricsColumns } from '../../core/experiment/metricsTable';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { MAX_ENTRIES } from '../../core/experiment/fields';
import { MEASURES } from '../../core/measures/table';
import { decodeColumn } from '../../protocol/outputs/tensor';
import type { trajectoryOutput } from '../../protocol/outputs/trajectory';
import type { RunDescription } from '../../protocol/trajectories';

type Output = z.output<typeof trajectoryOutput>;
type GivenRun = Output['runs'][number];
type GivenColumn = GivenRun['columns']['epoch'];

/** A run of an output, for the view. */
export interface OutputRun {
  readonly description: RunDescription;
  readonly columns: MetricsColumns;
  /** Folder of the run relative to the notebook, if the output has it. */
  readonly folder?: string;
}

/**
 * The runs of an output.
 * @throws LabError naming the field if columns are invalid
 */
export function trajectoryRuns({ runs }: Output): OutputRun[] {
  return runs.map((run, i) => {
    const columns = columnsOf(run, `runs[${i}].columns`);
    const description: RunDescription = {
      // Identifies the run on the page; never a path.
      run: `output ${i}`,
      id: run.id ?? String(i + 1),
      experiment: '',
      name: run.name,
      startedAt: '',
      state: 'finished',
      specification: specificationOf(run, columns),
      engine: run.engine ?? '',
      version: '',
      nulls: run.nulls,
      // Outputs of the lab declare their null; other outputs have levels of their own.
      oldNull: run.nulls === undefined && run.specification !== undefined && hasNull(columns),
      absent: absentOf(run),
    };
    return { description, columns, folder: run.run };
  });
}

function hasNull({ measures }: MetricsColumns): boolean {
  return Object.values(measures).some(({ null: level }) => !level.every(Number.isNaN));
}

/** Optional columns of an output from which charts are drawn. */
const NUMBERS = ['neuronRatio', 'parameterRatio', 'trainLoss', 'testLoss', 'r2'] as const;

/** Names of the columns that the output does not have. */
function absentOf({ columns }: GivenRun): string[] {
  return [
    ...NUMBERS.filter((name) => columns[name] === undefined),
    ...MEASURES.map(({ id }) => id).filter((id) => columns.measures[id] === undefined),
  ];
}

function columnsOf({ columns: given }: GivenRun, field: string): MetricsColumns {
  const epoch = decodeColumn(given.epoch, `${field}.epoch`);
  const count = epoch.length;
  const fitting = (column: Float64Array, name: string): Float64Array => {
    if (column.length === count) return column;
    throw invalid(`has ${counted(column.length, 'value')}, epoch has ${count}`, {
      field: `${field}.${name}`,
    });
  };
  const number = (
    name: Exclude<keyof MetricsColumns['numbers'], 'epoch'>,
    otherwise = NaN,
  ): Float64Array => {
    const column = given[name];
    if (column === undefined) return new Float64Array(count).fill(otherwise);
    return fitting(decodeColumn(column, `${field}.${name}`), name);
  };
  const arm = given.arm ?? Array.from({ length: count }, () => 'dense');
  fitting(new Float64Array(arm.length), 'arm');
  const armNames = [...new Set(arm)];
  const wrong = epoch.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 1e7);
  if (wrong >= 0) {
    throw invalid(`row ${wrong}: ${epoch[wrong]} is no epoch`, { field: `${field}.epoch` });
  }
  const column = (value: GivenColumn, name: string): Float64Array =>
    fitting(decodeColumn(value, `${field}.${name}`), name);
  const measures = Object.entries(given.measures).flatMap(([id, measure]) => {
    if (!measure) return [];
    const name = `measures.${id}`;
    const columns: MeasureColumns = {
      mean: column(measure.mean, `${name}.mean`),
      null: measure.null ? column(measure.null, `${name}.null`) : new Float64Array(count).fill(NaN),
      layers: (measure.layers ?? []).map((layer, l) => column(layer, `${name}.layers[${l}]`)),
    };
    return [[id, columns] as const];
  });
  return {
    count,
    numbers: {
      seed: number('seed', 0),
      epoch,
      requested: number('requested'),
      step: number('step'),
      neuronRatio: number('neuronRatio'),
      parameterRatio: number('parameterRatio'),
      weightRatio: number('weightRatio'),
      trainLoss: number('trainLoss'),
      testLoss: number('testLoss'),
      r2: number('r2'),
    },
    arm: Uint8Array.from(arm, (name) => armNames.indexOf(name)),
    armNames,
    measures: Object.fromEntries(measures),
  };
}

/** The specification of a run; if it has none, one that is inferred from its rows. */
function specificationOf(
  { name, specification }: GivenRun,
  columns: MetricsColumns,
): Specification {
  const parsed = experimentSchema.safeParse(specification);
  if (parsed.success) return parsed.data;
  const layers = Math.max(1, ...Object.values(columns.measures).map(({ layers }) => layers.length));
  const requested = columns.numbers.requested.filter((ratio) => ratio >= 0 && ratio < 1);
  const retrained = columns.numbers.requested.some(
    (ratio, i) => !Number.isNaN(ratio) && columns.numbers.epoch[i] > 0,
  );
  // Replaces values that the schema would reject, since outputs need not have a specification.
  return experimentSchema.parse({
    name: name === '' ? ' ' : name,
    features: { count: 1 },
    data: { inputs: 1 },
    // Widths are unknown, so each is 1.
    specimen: {
      hidden: Array.from({ length: Math.min(layers, MAX_ENTRIES) }, () => 1),
      ...(columns.arm.some((arm) => columns.armNames[arm] === 'dropout') && { dropoutTwin: 0.5 }),
    },
    pruning: {
      ratios: [...new Set(requested)].slice(0, MAX_ENTRIES),
      retraining: { epochs: retrained ? 1 : 0 },
    },
  });
}
