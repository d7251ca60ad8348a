import type { RowKind } from './matrix';
import type { QuadratureRule } from './quadrature';

/**
 * How a feature's effect on a neuron is computed, along the one-hot path from 0 to e_f.
 *
 * - `finite-difference`: n(e_f) − n(0), which is what integrated gradients approximate: by the
 *   fundamental theorem of calculus the integral along the path is exactly this
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

/** A method and the rows it is asked for. */
export type AttributionRequest = AttributionMethod & { readonly rows: RowKind };
