import { pathSums, type PathSums } from './pathSums';
import { responses, type Responses } from './responses';

/** Where attributions are computed. Every arithmetic gives the same bits. */
export interface AttributionArithmetic {
  readonly responses: Responses;
  readonly pathSums: PathSums;
}

/** In plain TypeScript. */
export const plainArithmetic: AttributionArithmetic = { responses, pathSums };
