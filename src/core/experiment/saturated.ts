import { MEASURES, type MeasureId } from '../measures/table';
import type { MetricsRow } from './metricsRow';

/** Means are sums of values at the bound, so that they may differ from it by rounding. */
const ROUNDING = 1e-12;

/**
 * The bound of its range that a measure has reached in all nets of a run: it cannot tell them apart. Rows in
 * which it is undefined do not count; undefined if there are no others, or not all are at the same bound.
 * @param features number of features, on which ranges depend
 * @param reading key of another reading than the first
 */
export function saturated(
  rows: Iterable<Pick<MetricsRow, 'measures' | 'readings'>>,
  measure: MeasureId,
  features: number,
  reading?: string,
): 'least' | 'greatest' | undefined {
  const range = MEASURES.find(({ id }) => id === measure)?.range(features);
  if (!range) return undefined;
  const [least, greatest] = range;
  let found: 'least' | 'greatest' | undefined;
  for (const { measures, readings } of rows) {
    const own = reading === undefined ? measures : readings?.[reading]?.measures;
    const mean = own?.[measure].mean ?? null;
    if (mean === null) continue;
    const bound = isAt(mean, greatest) ? 'greatest' : isAt(mean, least) ? 'least' : undefined;
    if (!bound || (found && found !== bound)) return undefined;
    found = bound;
  }
  return found;
}

function isAt(mean: number, bound: number): boolean {
  return Math.abs(mean - bound) <= ROUNDING * Math.max(1, Math.abs(bound));
}
