import { invalid, show } from '../errors';

export const PRUNING_METHODS = [
  'global-structured',
  'random-structured',
  'torch-pruning',
  'thesis',
] as const;

/** How units are chosen; one file a method. */
export type PruningMethod = (typeof PRUNING_METHODS)[number];

export const NORMS = ['l1', 'l2'] as const;

/** Norm of a unit's incoming and outgoing weights. */
export type Norm = (typeof NORMS)[number];

/** What is meant where a request, or an experiment, does not say. */
export const PRUNING_DEFAULTS = {
  method: 'global-structured',
  norm: 'l1',
  normalize: true,
} as const satisfies Partial<PruningRequest>;

/** What to prune. Fields that a method does not know are refused, or noted where they only rank. */
export interface PruningRequest {
  readonly method: PruningMethod;
  /** Share of the hidden units that should go, in [0, 1); 0 prunes nothing (the control). */
  readonly ratio: number;
  /** `global-structured` only; default `l1`, as {@link PRUNING_DEFAULTS} has it. */
  readonly norm?: Norm;
  /** `global-structured` only: divide scores by their layer's mean; default true. */
  readonly normalize?: boolean;
  /**
   * `global-structured` and `random-structured`: largest share of a layer, as it is before this pruning,
   * that may go, in (0, 1]: one for all hidden layers, or one for each (null: no cap).
   */
  readonly caps?: readonly (number | null)[] | number;
  /**
   * `random-structured` only: how many units each hidden layer loses, instead of what the ratio says.
   * A fair random baseline takes as many from each layer as the method it is compared with.
   */
  readonly perLayer?: readonly number[];
}

/**
 * Checks a request against the hidden layers that it is meant for.
 * @param hidden widths of the hidden layers
 * @throws LabError naming the first field that is not acceptable
 */
export function requireRequest(request: PruningRequest, hidden: readonly number[]): void {
  const { method, ratio, norm, normalize, caps, perLayer } = request;
  if (!(typeof ratio === 'number' && ratio >= 0 && ratio < 1)) {
    throw invalid(`at least 0 and below 1, not ${show(ratio)}`, { field: 'ratio' });
  }
  if (norm !== undefined && norm !== 'l1' && norm !== 'l2') {
    throw invalid(`"l1" or "l2", not ${show(norm)}`, { field: 'norm' });
  }
  if (normalize !== undefined && typeof normalize !== 'boolean') {
    throw invalid(`true or false, not ${show(normalize)}`, { field: 'normalize' });
  }
  if (caps !== undefined) {
    if (method === 'thesis' || method === 'torch-pruning') {
      throw invalid(`the method ${show(method)} knows no caps, ${show(caps)} given`, {
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
      throw invalid(`above 0 and at most 1, not ${show(cap)}`, { field });
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
    throw invalid(`only for "random-structured", not ${show(method)}`, { field });
  }
  if (caps !== undefined) throw invalid('cannot be combined with caps', { field });
  requireLength(perLayer, hidden.length, field);
  perLayer.forEach((count, layer) => {
    if (!(Number.isInteger(count) && count >= 0 && count < hidden[layer])) {
      throw invalid(
        `a whole number from 0 to ${hidden[layer] - 1} (one of ${hidden[layer]} units stays), not ${show(count)}`,
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
    throw invalid(`one for each of ${layers} hidden layers, not ${list.length}`, { field });
  }
}
