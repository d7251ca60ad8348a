import { counted } from '../counted';
import { invalid, show } from '../errors';

export const PRUNING_METHODS = [
  'global-structured',
  'random-structured',
  'torch-pruning',
  'thesis',
] as const;

/** How units are chosen; each method has a file of its own. */
export type PruningMethod = (typeof PRUNING_METHODS)[number];

export const NORMS = ['l1', 'l2'] as const;

/** Norm of a unit's incoming and outgoing weights. */
export type Norm = (typeof NORMS)[number];

/** Defaults of requests and experiments. */
export const PRUNING_DEFAULTS = {
  method: 'global-structured',
  norm: 'l1',
  normalize: true,
} as const satisfies Partial<PruningRequest>;

/** What to prune. Fields that a method does not support are refused, or noted if they only affect ranking. */
export interface PruningRequest {
  readonly method: PruningMethod;
  /** Share of the hidden units to remove, in [0, 1); 0 removes nothing (the control). */
  readonly ratio: number;
  /** `global-structured` only; default `l1`. */
  readonly norm?: Norm;
  /** `global-structured` only: divide scores by their layer's mean; default true. */
  readonly normalize?: boolean;
  /**
   * `global-structured` and `random-structured`: largest share of a layer's current units that may be
   * removed, in (0, 1]: one for all hidden layers, or one for each (null: no cap).
   */
  readonly caps?: readonly (number | null)[] | number;
  /**
   * `random-structured` only: how many units each hidden layer loses, overriding the ratio. A fair random
   * baseline removes as many from each layer as the method it is compared with.
   */
  readonly perLayer?: readonly number[];
}

/**
 * Checks a request against the hidden layers that it applies to.
 * @param hidden widths of the hidden layers
 * @throws LabError naming the first invalid field
 */
export function requireRequest(request: PruningRequest, hidden: readonly number[]): void {
  const { method, ratio, norm, normalize, caps, perLayer } = request;
  if (!(typeof ratio === 'number' && ratio >= 0 && ratio < 1)) {
    throw invalid(`must be at least 0 and below 1, not ${show(ratio)}`, { field: 'ratio' });
  }
  if (norm !== undefined && norm !== 'l1' && norm !== 'l2') {
    throw invalid(`must be "l1" or "l2", not ${show(norm)}`, { field: 'norm' });
  }
  if (normalize !== undefined && typeof normalize !== 'boolean') {
    throw invalid(`must be true or false, not ${show(normalize)}`, { field: 'normalize' });
  }
  if (caps !== undefined) {
    if (method === 'thesis' || method === 'torch-pruning') {
      throw invalid(`the method ${show(method)} does not support caps, but got ${show(caps)}`, {
        field: 'caps',
      });
    }
    requireCaps(caps, hidden.length);
  }
  if (perLayer !== undefined) requirePerLayer(perLayer, request, hidden);
}

function requireCaps(caps: readonly (number | null)[] | number, layers: number): void {
  const check = (cap: unknown, field: string): void => {
    if (!(typeof cap === 'number' && cap > 0 && cap <= 1)) {
      throw invalid(`must be above 0 and at most 1, not ${show(cap)}`, { field });
    }
  };
  if (!Array.isArray(caps)) return check(caps, 'caps');
  requireLength(caps, layers, 'caps');
  caps.forEach((cap, layer) => {
    if (cap !== null) check(cap, `caps[${layer}]`);
  });
}

function requirePerLayer(
  perLayer: readonly number[],
  { method, ratio, caps }: PruningRequest,
  hidden: readonly number[],
): void {
  const field = 'perLayer';
  if (method !== 'random-structured') {
    throw invalid(`is only for the method "random-structured", not for ${show(method)}`, { field });
  }
  if (caps !== undefined) throw invalid('cannot be combined with caps', { field });
  requireLength(perLayer, hidden.length, field);
  perLayer.forEach((count, layer) => {
    if (!(Number.isInteger(count) && count >= 0 && count < hidden[layer])) {
      throw invalid(
        `must be a whole number from 0 to ${hidden[layer] - 1} (one of ${counted(hidden[layer], 'unit')} must stay), not ${show(count)}`,
        { field: `perLayer[${layer}]` },
      );
    }
  });
  if (ratio === 0 && perLayer.some((count) => count > 0)) {
    throw invalid(`ratio 0 prunes nothing, not ${show(perLayer)}`, { field });
  }
}

function requireLength(list: readonly unknown[], layers: number, field: string): void {
  if (list.length !== layers) {
    throw invalid(`must hold one for each of ${layers} hidden layers, not ${list.length}`, {
      field,
    });
  }
}
