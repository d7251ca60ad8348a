import type { MeasureId } from '../measures/table';
import type { Units } from '../pruning/mask';
import type { MaybeNumber, MeasuredMean, MetricsRow, ReadingMetrics } from './metricsRow';

/**
 * What pruning does to the mean R of a measure of neurons, in parts that sum to the whole change:
 * R(after) − R(trained) = selection + ablation + adaptation. Means are over neurons with a defined value; null
 * where there are none. Steps of a schedule start from the net that they prune.
 */
export interface EffectParts {
  /** R(survivors in the trained net) − R(all of the trained net): which neurons remain. */
  readonly selection: MaybeNumber;
  /** R(pruned, not retrained) − R(survivors in the trained net): what the loss of their inputs does. */
  readonly ablation: MaybeNumber;
  /** R(retrained) − R(pruned, not retrained); after the last epoch. */
  readonly adaptation?: MaybeNumber;
  /**
   * R(the same survivors in the control) − R(survivors in the trained net): what training for as long does
   * without any pruning; after the last epoch.
   */
  readonly drift?: MaybeNumber;
}

/** Values of single neurons, `[neurons]`, NaN where undefined: by key of the reading, then by measure. */
export type NeuronValues = ReadonlyMap<string, ReadonlyMap<MeasureId, Float64Array>>;

/** A specimen's units with their values. */
export interface ReadUnits {
  readonly units: Units;
  readonly values: NeuronValues;
}

/** The specimens of a leg that prunes. */
export interface PartSources {
  readonly trained: ReadUnits;
  readonly pruned: ReadUnits;
  /** After the last epoch. */
  readonly retrained?: ReadUnits;
  /** The control after its last epoch. */
  readonly control?: ReadUnits;
}

type Metrics = Pick<MetricsRow, 'measures' | 'readings'>;

/** Metrics with the parts of each measure of single neurons. @param first key of the first reading */
export function withParts<T extends Metrics>(metrics: T, sources: PartSources, first: string): T {
  const { readings } = metrics;
  return {
    ...metrics,
    measures: addParts(metrics.measures, sources, first),
    ...(readings && {
      readings: Object.fromEntries(
        Object.entries(readings).map(([key, reading]): [string, ReadingMetrics] => [
          key,
          { ...reading, measures: addParts(reading.measures, sources, key) },
        ]),
      ),
    }),
  };
}

function addParts(
  measures: MetricsRow['measures'],
  sources: PartSources,
  key: string,
): MetricsRow['measures'] {
  const entries = Object.entries(measures) as [MeasureId, MeasuredMean][];
  const parted = entries.map(([id, measured]): [MeasureId, MeasuredMean] => {
    const parts = partsOf(sources, key, id);
    return [id, parts ? { ...measured, parts } : measured];
  });
  return Object.fromEntries(parted) as MetricsRow['measures'];
}

function partsOf(
  { trained, pruned, retrained, control }: PartSources,
  key: string,
  id: MeasureId,
): EffectParts | undefined {
  const valuesOf = (read: ReadUnits): Float64Array | undefined => read.values.get(key)?.get(id);
  const [all, ablated] = [valuesOf(trained), valuesOf(pruned)];
  if (!all || !ablated) return undefined;
  const survivors = meanOf(all, positionsOf(pruned.units, trained.units));
  const without = meanOf(ablated);
  const adapted = retrained && valuesOf(retrained);
  const drifted = control && valuesOf(control);
  return {
    selection: difference(survivors, meanOf(all)),
    ablation: difference(without, survivors),
    ...(adapted && { adaptation: difference(meanOf(adapted), without) }),
    ...(drifted &&
      control && {
        drift: difference(meanOf(drifted, positionsOf(pruned.units, control.units)), survivors),
      }),
  };
}

/** Rows of the kept units among all rows of a specimen. */
function positionsOf(kept: Units, units: Units): number[] {
  let start = 0;
  return units.flatMap((layer, l) => {
    const own = new Set(kept[l]);
    const found = layer.flatMap((unit, i) => (own.has(unit) ? [start + i] : []));
    start += layer.length;
    return found;
  });
}

/** Mean of the defined values; NaN if there are none. */
function meanOf(values: Float64Array, positions?: readonly number[]): number {
  let sum = 0;
  let count = 0;
  const add = (value: number): void => {
    if (Number.isNaN(value)) return;
    sum += value;
    count++;
  };
  if (positions) for (const at of positions) add(values[at]);
  else for (const value of values) add(value);
  return sum / count;
}

function difference(a: number, b: number): MaybeNumber {
  return Number.isFinite(a - b) ? a - b : null;
}
