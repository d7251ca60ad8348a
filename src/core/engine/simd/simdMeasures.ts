import type { MeasureArithmetic } from '../../measures/arithmetic';
import type { Gram } from '../../measures/gram';
import type { Rows } from '../../measures/rows';
import { Grams, RowStatistics } from './generated/records';
import type { KernelMemory } from './kernelMemory';

/** Columns of a Gram matrix are padded to a multiple of this. */
const GRAM_PADDING = 32;

interface Statistics {
  readonly logSums: Float64Array;
  readonly ginis: Float64Array;
}

/** The inner loops of measures by the kernel, bit-identical to those of plain TypeScript. */
export function simdMeasures(memory: KernelMemory): MeasureArithmetic {
  // One call computes both.
  const computed = new WeakMap<Float64Array, Statistics>();
  const statisticsOf = (rows: Rows): Statistics => {
    const found = computed.get(rows.scaled) ?? statistics(memory, rows);
    computed.set(rows.scaled, found);
    return found;
  };
  return {
    logSums: (rows) => statisticsOf(rows).logSums,
    ginis: (rows) => statisticsOf(rows).ginis,
    grams: (rows, peaks, layers) => grams(memory, rows, peaks, layers),
  };
}

function statistics(memory: KernelMemory, { count, features, scaled, sums }: Rows): Statistics {
  const bottom = memory.mark();
  try {
    const logs = memory.reserve(8 * count);
    const ginis = memory.reserve(8 * count);
    const fields = { rows: count, features, scaled: memory.place(scaled), logs, ginis };
    memory.callWithBuffer('rowStatistics', (scratch, scratchBytes) => [
      memory.record(RowStatistics, { ...fields, scratch, scratchBytes }),
    ]);
    return {
      logSums: memory.float64(logs, count).slice(),
      // NaN has many bit patterns, of which JavaScript writes one.
      ginis: memory.float64(ginis, count).map((gini, k) => (sums[k] > 0 ? gini : NaN)),
    };
  } finally {
    memory.release(bottom);
  }
}

function grams(
  memory: KernelMemory,
  { features, values }: Rows,
  peaks: Float64Array,
  layers: Parameters<MeasureArithmetic['grams']>[2],
): Gram[] {
  const stride = Math.ceil(features / GRAM_PADDING) * GRAM_PADDING;
  const bottom = memory.mark();
  try {
    const out = memory.reserve(8 * layers.length * stride * stride);
    const fields = {
      features,
      layers: layers.length,
      ends: memory.integers(layers.map(({ end }) => end)),
      values: memory.place(values),
      peaks: memory.place(peaks),
      out,
    };
    memory.callWithBuffer('grams', (scratch, scratchBytes) => [
      memory.record(Grams, { ...fields, scratch, scratchBytes }),
    ]);
    return layers.map((_, l) => ({
      products: memory.float64(out + 8 * l * stride * stride, features * stride).slice(),
      stride,
    }));
  } finally {
    memory.release(bottom);
  }
}
