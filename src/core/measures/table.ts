import { capacity } from './capacity';
import { coverage } from './coverage';
import { deadFraction } from './deadFraction';
import type { Measure } from './descriptor';
import { entropy } from './entropy';
import { entropyMinMax } from './entropyMinMax';
import { gini } from './gini';
import { giniCorrected } from './giniCorrected';
import { hill0 } from './hill0';
import { hill1 } from './hill1';
import { monosemanticFraction } from './monosemanticFraction';
import { participation } from './participation';
import { relative } from './relative';
import { selectivity } from './selectivity';

/** All measures, in the order of their columns. To add one, add a file and a line here. */
const TABLE = [
  relative,
  participation,
  hill1,
  hill0,
  entropy,
  entropyMinMax,
  gini,
  giniCorrected,
  coverage,
  capacity,
  selectivity,
  monosemanticFraction,
  deadFraction,
] as const satisfies readonly Measure[];

/** A row of the table, with its own level and id. */
export type TabledMeasure = (typeof TABLE)[number];

/** Id of a measure in data. */
export type MeasureId = TabledMeasure['id'];

/** The table of measures. */
export const MEASURES: readonly (Measure & { readonly id: MeasureId })[] = TABLE;
