import { grams } from './gram';
import type { Rows } from './rows';
import { ginis, logSums } from './rowStatistics';

/** The inner loops of measures. All implementations give the same bits. */
export interface MeasureArithmetic {
  readonly logSums: (rows: Rows) => Float64Array;
  readonly ginis: (rows: Rows) => Float64Array;
  readonly grams: typeof grams;
}

export const plainMeasures: MeasureArithmetic = { logSums, ginis, grams };
