import { pathSums, type PathSums } from './pathSums';
import { responses, type Responses } from './responses';

/** An implementation of the attribution arithmetic. All implementations give the same bits. */
export interface AttributionArithmetic {
  readonly responses: Responses;
  readonly pathSums: PathSums;
}

export const plainArithmetic: AttributionArithmetic = { responses, pathSums };
