import type { RowKind } from './matrix';
import type { QuadratureRule } from './quadrature';

/**
 * How the effect of a feature on a neuron is computed, along the one-hot path from 0 to e_f.
 *
 * - `finite-difference`: n(e_f) − n(0). Integrated gradients approximate this: by the fundamental theorem
 *   of calculus it equals the integral along the path
 * - `integrated-gradients`: Σ_j w_j ∂n/∂x_f(α_j e_f) (Sundararajan et al. 2017, eq. 1), in forward mode
 * - `gradient`: ∂n/∂x_f at e_f
 */
export type AttributionMethod =
  | { readonly method: 'finite-difference' }
  | {
      readonly method: 'integrated-gradients';
      readonly rule: QuadratureRule;
      readonly steps: number;
    }
  | { readonly method: 'gradient' };

export const ATTRIBUTION_METHODS = [
  'finite-difference',
  'integrated-gradients',
  'gradient',
] as const satisfies readonly AttributionMethod['method'][];

/** A method and the kind of rows to compute. */
export type AttributionRequest = AttributionMethod & { readonly rows: RowKind };
