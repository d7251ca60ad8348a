import { adamUpdate, adamUpdateRows, AdamFactors, transpose4 } from './adam';
import { applyMask, drop } from './dropout';
import {
  columnSums,
  GATE,
  multiply,
  multiplyTransposed4x4,
  multiplyTransposed4x8,
  OfColumns,
  PLAIN,
  RELU,
} from './matrices';
import { columnTerms4, descendOpen, multiplyOpen, next, OPEN_COLUMNS, Terms } from './open';

export { pathSums, readResponses, respond } from './attribution';
export { invert } from './inversion';
// What a step is made of, for the bench; `descend4` and `product` below as well.
export { multiplyOpen, transpose4 };

/** With fewer terms than this a row is not worth to be reduced to those that are not 0. */
const OPEN_INNER: i32 = 64;

/*
 * The step of one specimen: forward, backward, Adam. The host lays out the memory and fills the two
 * records below (their twins are in ../kernelNetwork.ts and ../simdEngine.ts); `trainSteps` then runs without a call across the
 * border. Matrices have rows of `⌈width⌉₄` floats plus padding, as their stride says; padding columns
 * are 0 and stay 0 under every operation here, Adam included.
 */

@unmanaged
class Layer {
  inputs: i32;
  outputs: i32;
  /** Bytes from row to row of `values` and `deltas` of this layer, and of `columns`. */
  outStride: usize;
  /** Bytes from row to row of what comes in, and of `weights`. */
  inStride: usize;
  /** `[⌈outputs⌉₄, inputs]` */
  weights: usize;
  mean: usize;
  square: usize;
  /** `[⌈inputs⌉₄, outputs]`: the weights again, for the way forward. */
  columns: usize;
  biases: usize;
  biasMean: usize;
  biasSquare: usize;
  /** `[batch, outputs]`: what the layer hands on. */
  values: usize;
  /** `[batch, outputs]`: ∂loss/∂pre-activation. */
  deltas: usize;
  /** Packed `[batch · outputs]`: 0 or 1/(1 − p); 0 where there is no dropout. */
  mask: usize;
  relu: i32;
}

@unmanaged
class Task {
  layers: i32;
  /** Address of the first {@link Layer} record. */
  firstLayer: usize;
  batchSize: i32;
  /** `[samples, inputs]`, rows of the first layer's `inStride`. */
  inputs: usize;
  /** `[samples, outputs]`, packed. */
  targets: usize;
  /** `[batch, inputs]`: the batch's rows gathered. */
  batchInputs: usize;
  /** Four {@link Terms}, each with room for the widest layer and for a batch. */
  terms: Terms;
  /** `[samples]`: sample numbers in the order of the epoch. */
  order: usize;
  samples: i32;
  /** `[steps]` f64 */
  losses: usize;
  /** Zeros, as many as the widest layer has columns. */
  zeros: usize;
  /** `[4, columns]` of the widest layer: gradients of four rows of weights. */
  gradients: usize;
  /** Dropout bits: `[4 words, 4 lanes]`. */
  dropoutState: usize;
  dropoutThreshold: u32;
  dropoutScale: f32;
  /** Address of the Adam factors of the first step to run; one record a step. */
  adam: usize;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function layerAt(task: Task, l: i32): Layer {
  return changetype<Layer>(task.firstLayer + <usize>l * offsetof<Layer>());
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function fours(count: i32): i32 {
  return (count + 3) & ~3;
}

/** Whether a layer hands on many zeros. */
// @ts-expect-error: decorator of AssemblyScript
@inline
function opens(layer: Layer): bool {
  return layer.relu || layer.mask;
}

/**
 * `out[r, c] = initial[c] + Σ_k a[r, k] · b[k, c]`, a `[rows, inner]`, b `[inner, n]`.
 * @param terms where a has many zeros
 */
// @ts-expect-error: decorator of AssemblyScript
@inline
function multiplyLayer(
  terms: Terms | null,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  initial: usize,
  out: usize,
  outStride: usize,
  rows: i32,
  inner: i32,
  n: i32,
  mode: i32,
  gates: usize,
  scale: f32,
): void {
  if (terms && inner >= OPEN_INNER && n >= OPEN_COLUMNS) {
    multiplyOpen(
      terms, a, aStride, b, bStride, initial, out, outStride, rows, inner, n, mode, gates, scale,
    );
  } else {
    multiply<OfColumns>(
      a, aStride, b, bStride, initial, out, outStride, fours(rows), inner, n, mode, gates, scale,
    );
  }
}

function forward(task: Task, rows: i32, training: bool): void {
  let x = task.batchInputs;
  let open = false;
  for (let l = 0; l < task.layers; l++) {
    const layer = layerAt(task, l);
    multiplyLayer(
      open ? task.terms : null,
      x,
      layer.inStride,
      layer.columns,
      layer.outStride,
      layer.biases,
      layer.values,
      layer.outStride,
      rows,
      layer.inputs,
      fours(layer.outputs),
      layer.relu ? RELU : PLAIN,
      0,
      1,
    );
    open = opens(layer);
    if (training && layer.mask) {
      drop(
        task.dropoutState,
        layer.mask,
        task.dropoutThreshold,
        task.dropoutScale,
        layer.values,
        layer.outStride,
        rows,
        layer.outputs,
      );
    }
    x = layer.values;
  }
}

/** Mean squared error of the batch, and its derivative by the outputs into `deltas`. */
function lossAndDelta(task: Task, order: usize, rows: i32): f64 {
  const layer = layerAt(task, task.layers - 1);
  const outputs = layer.outputs;
  const count = rows * outputs;
  const factor = <f32>(2.0 / <f64>count);
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const target = task.targets + ((<usize>load<u32>(order + (<usize>r << 2)) * outputs) << 2);
    const value = layer.values + <usize>r * layer.outStride;
    const delta = layer.deltas + <usize>r * layer.outStride;
    for (let o = 0; o < outputs; o++) {
      const at = <usize>o << 2;
      const error = load<f32>(value + at) - load<f32>(target + at);
      sum += <f64>(error * error);
      store<f32>(delta + at, error * factor);
    }
  }
  return sum / <f64>count;
}

function backward(task: Task, rows: i32, factors: AdamFactors): void {
  for (let l = task.layers - 1; l >= 0; l--) {
    const layer = layerAt(task, l);
    const terms = opens(layer) ? task.terms : null;
    const inputs = fours(layer.inputs);
    let x = task.batchInputs;
    if (l > 0) {
      // Before the weights change: what they hand down of the deltas.
      const below = layerAt(task, l - 1);
      x = below.values;
      multiplyLayer(
        terms,
        layer.deltas,
        layer.outStride,
        layer.weights,
        layer.inStride,
        task.zeros,
        below.deltas,
        layer.inStride,
        rows,
        layer.outputs,
        inputs,
        below.relu ? GATE : PLAIN,
        x,
        // What is positive has not been dropped.
        below.mask ? task.dropoutScale : 1,
      );
      if (below.mask && !below.relu) {
        applyMask(below.deltas, layer.inStride, below.mask, rows, layer.inputs);
      }
    }
    for (let o = 0; o < layer.outputs; o += 4) {
      const place = <usize>o * layer.inStride;
      descend4(
        inputs >= OPEN_COLUMNS ? terms : null,
        layer.deltas + (<usize>o << 2),
        layer.outStride,
        x,
        layer.inStride,
        task.zeros,
        task.gradients,
        rows,
        inputs,
        layer.weights + place,
        layer.mean + place,
        layer.square + place,
        factors,
      );
      transpose4(
        layer.weights + place,
        layer.inStride,
        layer.columns + (<usize>o << 2),
        layer.outStride,
        inputs,
      );
    }
    const outputs = fours(layer.outputs);
    columnSums(layer.deltas, layer.outStride, task.gradients, rows, outputs);
    adamUpdate(layer.biases, task.gradients, layer.biasMean, layer.biasSquare, outputs, factors);
  }
}

/**
 * A step of Adam on four rows of weights, whose gradients are `Σ_k deltas[k, r] · x[k, c]`.
 * @param terms where the deltas have many zeros
 */
export function descend4(
  terms: Terms | null,
  deltas: usize,
  deltaStride: usize,
  x: usize,
  stride: usize,
  zeros: usize,
  gradients: usize,
  rows: i32,
  n: i32,
  weights: usize,
  mean: usize,
  square: usize,
  factors: AdamFactors,
): void {
  if (!terms) {
    descendWhole4(
      deltas, deltaStride, x, stride, gradients, rows, n, weights, mean, square, factors,
    );
    return;
  }
  columnTerms4(terms, deltas, deltaStride, rows, stride);
  for (let r = 0; r < 4; r++) {
    descendOpen(terms, x, zeros, gradients, n, weights, mean, square, factors);
    terms = next(terms);
    weights += stride;
    mean += stride;
    square += stride;
  }
}

/** Block by block: while Adam divides, the next sums already multiply and add. */
function descendWhole4(
  deltas: usize,
  deltaStride: usize,
  x: usize,
  stride: usize,
  gradients: usize,
  rows: i32,
  n: i32,
  weights: usize,
  mean: usize,
  square: usize,
  factors: AdamFactors,
): void {
  let at: usize = 0;
  for (let c = 0; c < n; c += 8) {
    const columns = min(8, n - c);
    const block = gradients + at;
    if (columns == 8) {
      multiplyTransposed4x8(deltas, deltaStride, x + at, stride, block, stride, rows);
    } else {
      multiplyTransposed4x4(deltas, deltaStride, x + at, stride, block, stride, rows);
    }
    adamUpdateRows(weights + at, block, mean + at, square + at, columns, stride, 4, factors);
    at += 32;
  }
}

function gather(task: Task, order: usize, rows: i32): void {
  const first = layerAt(task, 0);
  const columns = fours(first.inputs);
  for (let r = 0; r < rows; r++) {
    const from = task.inputs + <usize>load<u32>(order + (<usize>r << 2)) * first.inStride;
    const to = task.batchInputs + <usize>r * first.inStride;
    for (let c = 0; c < columns; c += 4) {
      v128.store(to + (<usize>c << 2), v128.load(from + (<usize>c << 2)));
    }
  }
}

/** Runs the steps `from` … `to` − 1 of the epoch whose order stands in the task. */
export function trainSteps(task: Task, from: i32, to: i32): void {
  let factors = task.adam;
  for (let step = from; step < to; step++) {
    const start = step * task.batchSize;
    const rows = min(task.batchSize, task.samples - start);
    const order = task.order + (<usize>start << 2);
    gather(task, order, rows);
    forward(task, rows, true);
    store<f64>(task.losses + (<usize>step << 3), lossAndDelta(task, order, rows));
    backward(task, rows, changetype<AdamFactors>(factors));
    factors += offsetof<AdamFactors>();
  }
}

/**
 * Runs samples forward, without dropout, a batch at a time.
 * @param inputs `[samples, inputs]`, packed
 * @param outputs `[samples, outputs]`, packed
 */
export function predict(task: Task, inputs: usize, outputs: usize, samples: i32): void {
  const first = layerAt(task, 0);
  const last = layerAt(task, task.layers - 1);
  for (let start = 0; start < samples; start += task.batchSize) {
    const rows = min(task.batchSize, samples - start);
    for (let r = 0; r < rows; r++) {
      inputs = copyRow(inputs, task.batchInputs + <usize>r * first.inStride, first.inputs);
    }
    forward(task, rows, false);
    for (let r = 0; r < rows; r++) {
      const row = last.values + <usize>r * last.outStride;
      copyRow(row, outputs, last.outputs);
      outputs += <usize>last.outputs << 2;
    }
  }
}

/** Gives the end of what was copied. */
// @ts-expect-error: decorator of AssemblyScript
@inline
function copyRow(from: usize, to: usize, count: i32): usize {
  const end = from + (<usize>count << 2);
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from));
  return end;
}

/** A product alone, `out[m, n] = initial + a[m, inner] · b[inner, n]`: for the bench. */
export function product(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  initial: usize,
  out: usize,
  outStride: usize,
  m: i32,
  inner: i32,
  n: i32,
): void {
  multiply<OfColumns>(a, aStride, b, bStride, initial, out, outStride, m, inner, n, PLAIN, 0, 1);
}
