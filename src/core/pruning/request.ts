import { counted } from '../counted';
import { invalid, requireOneOf, show } from '../errors';
import { sum } from './exactCount';
import { prunesWeights, unitScoreOf, type PruningMethod } from './methods';

export { PRUNING_METHODS, type PruningMethod } from './methods';

export const NORMS = ['l1', 'l2'] as const;

/** Norm of a unit's incoming and outgoing weights. */
export type Norm = (typeof NORMS)[number];

/** Defaults of requests and experiments. */
export const PRUNING_DEFAULTS = {
  method: 'global-structured',
  norm: 'l1',
  normalize: true,
} as const satisfies Partial<PruningRequest>;

/** Whether units or weights of all layers compete, or each layer loses the same share. */
export const SCOPES = ['global', 'layer'] as const;

export type Scope = (typeof SCOPES)[number];

/** What to prune. Fields that a method does not support are refused, or noted if they only affect ranking. */
export interface PruningRequest {
  readonly method: PruningMethod;
  /**
   * Share of the hidden units to remove, or for methods of weights the share of the weights that are masked
   * afterwards, in [0, 1); 0 removes nothing (the control).
   */
  readonly ratio: number;
  /** `magnitude` and `inverse`; default `l1`. */
  readonly norm?: Norm;
  /** `magnitude` and `inverse`: divide scores by their layer's mean; default true. */
  readonly normalize?: boolean;
  /**
   * By default `global`: all units or weights compete. `layer`: each layer loses the count nearest to the ratio's
   * share of it. Not for `torch-pruning` and `thesis`.
   */
  readonly scope?: Scope;
  /**
   * Largest share of a layer's units that may be removed, in (0, 1]: one for all hidden layers, or one for each
   * (null: no cap). For methods of weights: of a Linear layer's weights that may be masked, one for all Linear
   * layers, or one for each. Not for `torch-pruning` and `thesis`.
   */
  readonly caps?: readonly (number | null)[] | number;
  /**
   * `random` only: how many units each hidden layer loses, overriding the ratio. A fair random baseline removes
   * as many from each layer as the method it is compared with.
   */
  readonly perLayer?: readonly number[];
  /**
   * Iterative schedules: how many units or weights are gone in all afterwards, overriding the ratio's count;
   * for the scope `layer` one for each hidden layer, or for each Linear layer that is ranked.
   * Weights masked before count, and so do units removed before where `originalWidths` tells how many.
   */
  readonly count?: readonly number[] | number;
  /**
   * Iterative schedules of units: widths of the hidden layers before any pruning, by default the current ones.
   * Ratio, count and caps refer to them. Not for `thesis`.
   */
  readonly originalWidths?: readonly number[];
  /** Methods of weights: whether the output layer's weights are ranked and masked too; default true. */
  readonly outputLayer?: boolean;
}

/**
 * Checks a request against the network that it applies to.
 * @param widths of all layers, `[inputs, hidden…, outputs]`
 * @throws LabError naming the first invalid field
 */
export function requireRequest(request: PruningRequest, widths: readonly number[]): void {
  const { method, ratio, norm, normalize, scope, caps, perLayer, outputLayer } = request;
  const hidden = widths.slice(1, -1);
  if (!(typeof ratio === 'number' && ratio >= 0 && ratio < 1)) {
    throw invalid(`must be at least 0 and below 1, not ${show(ratio)}`, { field: 'ratio' });
  }
  if (norm !== undefined && norm !== 'l1' && norm !== 'l2') {
    throw invalid(`must be "l1" or "l2", not ${show(norm)}`, { field: 'norm' });
  }
  if (normalize !== undefined && typeof normalize !== 'boolean') {
    throw invalid(`must be true or false, not ${show(normalize)}`, { field: 'normalize' });
  }
  if (unitScoreOf(method) === undefined && !prunesWeights(method)) refuseExactOptions(request);
  if (scope !== undefined) requireOneOf(scope, SCOPES, 'scope');
  if (outputLayer !== undefined) requireOutputLayer(outputLayer, method);
  if (caps !== undefined) {
    if (prunesWeights(method)) requireCaps(caps, widths.length - 1, 'Linear');
    else requireCaps(caps, hidden.length, 'hidden');
  }
  if (perLayer !== undefined) requirePerLayer(perLayer, request, hidden);
  if (request.originalWidths !== undefined) requireOriginal(request, hidden);
  if (request.count !== undefined) requireCounts(request, widths);
}

/** Torch-Pruning's selection has no exact counts, so options of exact counts do not apply to it. */
function refuseExactOptions(request: PruningRequest): void {
  for (const field of ['caps', 'scope', 'count', 'originalWidths'] as const) {
    // Torch-Pruning has iterative steps; the thesis's variant never had.
    if (field === 'originalWidths' && request.method === 'torch-pruning') continue;
    const value = request[field];
    if (value === undefined) continue;
    throw invalid(
      `the method ${show(request.method)} does not support ${field}, but got ${show(value)}`,
      { field },
    );
  }
}

function requireOutputLayer(value: unknown, method: PruningMethod): void {
  const field = 'outputLayer';
  if (typeof value !== 'boolean') {
    throw invalid(`must be true or false, not ${show(value)}`, { field });
  }
  if (!prunesWeights(method)) {
    throw invalid(
      `the method ${show(method)} does not support outputLayer: it is for methods of weights`,
      { field },
    );
  }
}

function requireCaps(
  caps: readonly (number | null)[] | number,
  layers: number,
  kind: LayerKind,
): void {
  const check = (cap: unknown, field: string): void => {
    if (!(typeof cap === 'number' && cap > 0 && cap <= 1)) {
      throw invalid(`must be above 0 and at most 1, not ${show(cap)}`, { field });
    }
  };
  if (!Array.isArray(caps)) return check(caps, 'caps');
  requireLength(caps, layers, 'caps', kind);
  caps.forEach((cap, layer) => {
    if (cap !== null) check(cap, `caps[${layer}]`);
  });
}

function requirePerLayer(
  perLayer: readonly number[],
  request: PruningRequest,
  hidden: readonly number[],
): void {
  const { method, ratio, caps } = request;
  const field = 'perLayer';
  if (unitScoreOf(method) !== 'random') {
    throw invalid(
      `is only for the methods "random" and "random-structured", not for ${show(method)}`,
      { field },
    );
  }
  for (const other of ['scope', 'count'] as const) {
    if (request[other] !== undefined) throw invalid(`cannot be combined with ${other}`, { field });
  }
  if (caps !== undefined) throw invalid('cannot be combined with caps', { field });
  requireLength(perLayer, hidden.length, field, 'hidden');
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

function requireOriginal(
  { method, originalWidths = [] }: PruningRequest,
  hidden: readonly number[],
): void {
  const field = 'originalWidths';
  if (prunesWeights(method)) {
    throw invalid(
      `the method ${show(method)} does not support originalWidths: it keeps the layout`,
      { field },
    );
  }
  requireLength(originalWidths, hidden.length, field, 'hidden');
  originalWidths.forEach((width, layer) => {
    if (Number.isSafeInteger(width) && width >= hidden[layer]) return;
    throw invalid(
      `must be a whole number of at least ${hidden[layer]}, the layer's current width, not ${show(width)}`,
      { field: `${field}[${layer}]` },
    );
  });
}

function requireCounts(request: PruningRequest, widths: readonly number[]): void {
  const { count, ratio, scope = 'global' } = request;
  const field = 'count';
  if (ratio === 0 && (typeof count === 'object' ? sum(count) : count) !== 0) {
    throw invalid(`ratio 0 prunes nothing, not ${show(count)}`, { field });
  }
  const groups = groupSizes(request, widths);
  if (scope === 'global') {
    return requireWhole(count, sum(groups), field);
  }
  if (typeof count !== 'object') {
    throw invalid(`must hold one for each layer, not ${show(count)}: the scope is "layer"`, {
      field,
    });
  }
  requireLength(count, groups.length, field, prunesWeights(request.method) ? 'ranked' : 'hidden');
  count.forEach((own, layer) => requireWhole(own, groups[layer], `${field}[${layer}]`));
}

function requireWhole(value: unknown, most: number, field: string): void {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most) return;
  throw invalid(`must be a whole number from 0 to ${most}, not ${show(value)}`, { field });
}

/**
 * How many units each hidden layer had, or how many weights each ranked Linear layer has: what ratio and count
 * refer to.
 */
export function groupSizes(
  { method, outputLayer = true, originalWidths }: PruningRequest,
  widths: readonly number[],
): number[] {
  if (!prunesWeights(method)) return [...(originalWidths ?? widths.slice(1, -1))];
  const sizes = widths.slice(1).map((outputs, l) => outputs * widths[l]);
  return outputLayer ? sizes : sizes.slice(0, -1);
}

type LayerKind = 'hidden' | 'Linear' | 'ranked';

function requireLength(
  list: readonly unknown[],
  layers: number,
  field: string,
  kind: LayerKind,
): void {
  if (list.length !== layers) {
    throw invalid(`must hold one for each of ${layers} ${kind} layers, not ${list.length}`, {
      field,
    });
  }
}
