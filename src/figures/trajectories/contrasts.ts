import type { LegRows } from '../../core/experiment/metricsTable';
import type { MeasureId } from '../../core/measures/table';
import { type Contrast, contrastsOf, type FinalValue } from '../arms/contrasts';
import type { ShownRun } from './run';
import { lastRow } from './legs';

/** The arms of a run compared with their controls, by the last measured epoch; empty without named arms. */
export function runContrasts(
  { specification, table }: Pick<ShownRun, 'specification' | 'table'>,
  measure: MeasureId,
): Contrast[] {
  const column = table.measure(measure)?.mean;
  if (!specification.arms || !column) return [];
  const last = new Map<string, LegRows>();
  for (const found of table.legs) {
    const { seed, arm, requested, step = 1 } = found.leg;
    if (requested === null) continue;
    const key = `${seed}|${arm}|${requested}`;
    if (step >= (last.get(key)?.leg.step ?? 1)) last.set(key, found);
  }
  const values = [...last.values()].map(({ leg, rows }): FinalValue => {
    const row = lastRow(rows, 0);
    const value = row < 0 ? NaN : column[row];
    return { seed: leg.seed, arm: leg.arm, requested: leg.requested ?? 0, value };
  });
  return contrastsOf(values, specification);
}
