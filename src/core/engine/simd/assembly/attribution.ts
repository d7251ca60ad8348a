import { initialOfRow, madd as madd32, multiply, OfRows, PLAIN } from './matrices';

/*
 * Attributions of a network whose inputs are features; see ../../../attribution/responses.ts and
 * pathSums.ts, whose operations these are, in the same order.
 */

@unmanaged
class Layer {
  inputs: i32;
  outputs: i32;
  /** f32 `[outputs, inputs]`, packed as in flat parameters; readable up to a multiple of 4 rows. */
  weights: usize;
  /** f32 `[outputs]`, readable up to a multiple of 4. */
  biases: usize;
  relu: i32;
  /** f32 `[⌈outputs⌉₄, features + 1]`, rows of the stride: what stands before the activation. */
  responses: usize;
  /**
   * f64 `[⌈outputs⌉₈ / 8, inputs, 8]`: the weights of eight outputs at a time by columns, in one piece, and
   * 0 beyond the last output.
   */
  columns: usize;
  /** f64 `[⌈outputs⌉₈]`: the linear piece of every unit. */
  offsets: usize;
  slopes: usize;
  /** Masks of 64 bits `[⌈outputs⌉₈]`: whether a unit hands on what it gets. */
  open: usize;
  /** f64 `[⌈outputs⌉₈]`: weighted slopes so far. */
  sums: usize;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function layerAt(first: usize, l: i32): Layer {
  return changetype<Layer>(first + <usize>l * offsetof<Layer>());
}

/**
 * Every layer's neurons at each feature alone and, last, at none.
 * @param stride bytes from row to row of all responses
 * @param scratch as large as the largest layer's responses
 */
export function respond(
  first: usize,
  layers: i32,
  features: i32,
  stride: usize,
  scratch: usize,
): void {
  atFeatures(layerAt(first, 0), features, stride);
  const columns = (features + 4) & ~3;
  for (let l = 1; l < layers; l++) {
    const before = layerAt(first, l - 1);
    const layer = layerAt(first, l);
    const rows = (layer.outputs + 3) & ~3;
    if (before.relu && columns >= 8 && finite(layer)) {
      respondOpen(before, layer, stride, rows, columns, scratch);
      continue;
    }
    let x = before.responses;
    if (before.relu) {
      x = scratch;
      const bytes = <usize>before.outputs * stride;
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(x + i, f32x4.pmax(v128.load(before.responses + i), f32x4.splat(0)));
      }
    }
    multiply<OfRows>(
      layer.weights,
      <usize>layer.inputs << 2,
      x,
      stride,
      layer.biases,
      layer.responses,
      stride,
      rows,
      layer.inputs,
      columns,
      PLAIN,
      0,
      1,
    );
  }
}

/** Whether all weights are: what is not finite makes NaN of 0, which then must not be left out. */
function finite(layer: Layer): bool {
  const count = layer.inputs * layer.outputs;
  const end = layer.weights + (<usize>count << 2);
  const zero = f32x4.splat(0);
  let nothing = zero;
  let at = layer.weights;
  for (; at + 16 <= end; at += 16) nothing = f32x4.add(nothing, f32x4.mul(v128.load(at), zero));
  let rest: f32 = 0;
  for (; at < end; at += 4) rest += load<f32>(at) * 0;
  return i32x4.all_true(f32x4.eq(nothing, zero)) && rest == 0;
}

/**
 * A layer behind a ReLU, eight features at a time: only the units that any of these opens, of which
 * about half are left. Features light up the same units more often than not.
 * @param columns a multiple of 4, at least 8
 * @param scratch as large as 36 bytes for each unit of the layer before
 */
function respondOpen(
  before: Layer,
  layer: Layer,
  stride: usize,
  rows: i32,
  columns: i32,
  scratch: usize,
): void {
  const panel = scratch;
  const units = scratch + (<usize>before.outputs << 5);
  const least = f32x4.splat(0);
  const rowBytes = <usize>layer.inputs << 2;
  for (let c = 0; c < columns; c += 8) {
    // The last ones may be computed twice.
    const column = <usize>min(c, columns - 8) << 2;
    let x = before.responses + column;
    let at = panel;
    let unit = units;
    for (let i = 0; i < before.outputs; i++) {
      const x0 = f32x4.pmax(v128.load(x), least);
      const x1 = f32x4.pmax(v128.load(x, 16), least);
      v128.store(at, x0);
      v128.store(at, x1, 16);
      store<u32>(unit, i << 2);
      const open = <usize>v128.any_true(f32x4.ne(v128.or(x0, x1), least));
      at += open << 5;
      unit += open << 2;
      x += stride;
    }
    for (let r = 0; r < rows; r += 4) {
      multiplyOpen4(
        layer.weights + <usize>r * rowBytes,
        rowBytes,
        panel,
        units,
        unit,
        layer.biases + (<usize>r << 2),
        layer.responses + <usize>r * stride + column,
        stride,
      );
    }
  }
}

/** `out[r, c] = biases[r] + Σ_k w[r, units[k]] · panel[k, c]` for four rows and eight columns. */
function multiplyOpen4(
  w: usize,
  rowBytes: usize,
  panel: usize,
  unit: usize,
  end: usize,
  biases: usize,
  out: usize,
  stride: usize,
): void {
  const w1 = w + rowBytes;
  const w2 = w1 + rowBytes;
  const w3 = w2 + rowBytes;
  let s00 = initialOfRow(biases);
  let s01 = s00;
  let s10 = initialOfRow(biases + 4);
  let s11 = s10;
  let s20 = initialOfRow(biases + 8);
  let s21 = s20;
  let s30 = initialOfRow(biases + 12);
  let s31 = s30;
  while (unit < end) {
    const at = <usize>load<u32>(unit);
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load32_splat(w + at);
    s00 = madd32(s00, x, b0);
    s01 = madd32(s01, x, b1);
    x = v128.load32_splat(w1 + at);
    s10 = madd32(s10, x, b0);
    s11 = madd32(s11, x, b1);
    x = v128.load32_splat(w2 + at);
    s20 = madd32(s20, x, b0);
    s21 = madd32(s21, x, b1);
    x = v128.load32_splat(w3 + at);
    s30 = madd32(s30, x, b0);
    s31 = madd32(s31, x, b1);
    panel += 32;
    unit += 4;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  out += stride;
  v128.store(out, s10);
  v128.store(out, s11, 16);
  out += stride;
  v128.store(out, s20);
  v128.store(out, s21, 16);
  out += stride;
  v128.store(out, s30);
  v128.store(out, s31, 16);
}

function atFeatures(layer: Layer, features: i32, stride: usize): void {
  for (let o = 0; o < layer.outputs; o++) {
    const bias = load<f32>(layer.biases + (<usize>o << 2));
    const row = layer.weights + (<usize>(o * features) << 2);
    const out = layer.responses + <usize>o * stride;
    // In fours: beyond the features stands, at last, the bias alone.
    for (let f = 0; f < features; f += 4) {
      const at = <usize>f << 2;
      v128.store(out + at, f32x4.add(f32x4.splat(bias), v128.load(row + at)));
    }
    store<f32>(out + (<usize>features << 2), bias);
  }
}

/**
 * Copies the responses of the layers `from` … to f64 `[neurons, features]`; what stands in the last
 * column is subtracted with `fromBaseline`. Rows are written in order, in fours: each may spill into
 * the next one's place before that is written.
 */
export function readResponses(
  first: usize,
  from: i32,
  layers: i32,
  features: i32,
  stride: usize,
  rectified: i32,
  fromBaseline: i32,
  out: usize,
): void {
  const least = f32x4.splat(0);
  for (let l = from; l < layers; l++) {
    const layer = layerAt(first, l);
    const gated = rectified && layer.relu;
    for (let o = 0; o < layer.outputs; o++) {
      const row = layer.responses + <usize>o * stride;
      let origin = f64x2.splat(0);
      if (fromBaseline) {
        let baseline = v128.load32_splat(row + (<usize>features << 2));
        if (gated) baseline = f32x4.pmax(baseline, least);
        origin = f64x2.promote_low_f32x4(baseline);
      }
      for (let f = 0; f < features; f += 4) {
        let values = v128.load(row + (<usize>f << 2));
        if (gated) values = f32x4.pmax(values, least);
        const high = v128.shuffle<i64>(values, values, 1, 1);
        const at = out + (<usize>f << 3);
        v128.store(at, f64x2.sub(f64x2.promote_low_f32x4(values), origin));
        v128.store(at, f64x2.sub(f64x2.promote_low_f32x4(high), origin), 16);
      }
      out += <usize>features << 3;
    }
  }
}

/**
 * Σ_j w_j · slope at α_j of every feature's path, for all neurons of the layers `from` ….
 * @param quadrature f64 pairs `[nodes]`: α and weight
 * @param rectified whether a closed gate makes a slope 0
 * @param units u32 `[widest layer]`
 * @param out f64 `[neurons, features]`
 */
export function pathSums(
  first: usize,
  from: i32,
  layers: i32,
  features: i32,
  quadrature: usize,
  nodes: i32,
  rectified: i32,
  units: usize,
  out: usize,
): void {
  for (let l = 1; l < layers; l++) placeColumns(layerAt(first, l));
  for (let f = 0; f < features; f++) {
    follow(layerAt(first, 0), f, features);
    for (let l = from; l < layers; l++) {
      const layer = layerAt(first, l);
      memory.fill(layer.sums, 0, <usize>eights(layer.outputs) << 3);
    }
    for (let j = 0; j < nodes; j++) {
      const node = quadrature + (<usize>j << 4);
      moveTo(first, layers, load<f64>(node), j == 0, units);
      for (let l = from; l < layers; l++) {
        addSlopes(layerAt(first, l), load<f64>(node, 8), rectified);
      }
    }
    let at = out + (<usize>f << 3);
    for (let l = from; l < layers; l++) {
      const layer = layerAt(first, l);
      for (let o = 0; o < layer.outputs; o++) {
        store<f64>(at, load<f64>(layer.sums + (<usize>o << 3)));
        at += <usize>features << 3;
      }
    }
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function eights(count: i32): i32 {
  return (count + 7) & ~7;
}

/** `columns` from `weights`; what is beyond the last output stays 0. */
function placeColumns(layer: Layer): void {
  let weight = layer.weights;
  for (let o = 0; o < layer.outputs; o++) {
    let at = layer.columns + (<usize>((o & ~7) * layer.inputs + (o & 7)) << 3);
    for (let i = 0; i < layer.inputs; i++) {
      store<f64>(at, load<f32>(weight));
      weight += 4;
      at += 64;
    }
  }
}

function follow(layer: Layer, feature: i32, features: i32): void {
  for (let o = 0; o < layer.outputs; o++) {
    const at = <usize>o << 3;
    store<f64>(layer.offsets + at, load<f32>(layer.biases + (<usize>o << 2)));
    store<f64>(
      layer.slopes + at,
      load<f32>(layer.weights + (<usize>(o * features + feature) << 2)),
    );
  }
}

function moveTo(first: usize, layers: i32, alpha: f64, atStart: bool, units: usize): void {
  let changed = atStart;
  for (let l = 0; l < layers; l++) {
    const layer = layerAt(first, l);
    if (changed && l > 0) derive(layerAt(first, l - 1), layer, units);
    if (layer.relu && switchGates(layer, alpha)) changed = true;
  }
}

function switchGates(layer: Layer, alpha: f64): bool {
  const at = f64x2.splat(alpha);
  let changed = i64x2.splat(0);
  const bytes = <usize>eights(layer.outputs) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    const rise = f64x2.mul(at, v128.load(layer.slopes + i));
    const value = f64x2.add(v128.load(layer.offsets + i), rise);
    // What is not a number passes, so that it stays visible.
    const now = v128.not(f64x2.le(value, f64x2.splat(0)));
    changed = v128.or(changed, v128.xor(now, v128.load(layer.open + i)));
    v128.store(layer.open + i, now);
  }
  return v128.any_true(changed);
}

function addSlopes(layer: Layer, weight: f64, rectified: i32): void {
  const factor = f64x2.splat(weight);
  const gated = rectified && layer.relu;
  const bytes = <usize>eights(layer.outputs) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    let slope = v128.load(layer.slopes + i);
    if (gated) slope = v128.and(slope, v128.load(layer.open + i));
    const sum = f64x2.add(v128.load(layer.sums + i), f64x2.mul(factor, slope));
    v128.store(layer.sums + i, sum);
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function madd(sum: v128, weights: v128, x: v128): v128 {
  return f64x2.add(sum, f64x2.mul(weights, x));
}

/** The linear piece of a layer: biases and weights times the pieces of the open units before it. */
function derive(before: Layer, layer: Layer, units: usize): void {
  let count = 0;
  for (let i = 0; i < before.outputs; i++) {
    store<u32>(units + (<usize>count << 2), i);
    count += <i32>(load<u64>(before.open + (<usize>i << 3)) & 1);
  }
  for (let o = 0; o < layer.outputs; o += 8) {
    const columns = layer.columns + (<usize>(o * layer.inputs) << 3);
    const bias = layer.biases + (<usize>o << 2);
    let a0 = f64x2.promote_low_f32x4(v128.load64_zero(bias));
    let a1 = f64x2.promote_low_f32x4(v128.load64_zero(bias, 8));
    let a2 = f64x2.promote_low_f32x4(v128.load64_zero(bias, 16));
    let a3 = f64x2.promote_low_f32x4(v128.load64_zero(bias, 24));
    let b0 = f64x2.splat(0);
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    for (let k = 0; k < count; k++) {
      const unit = <usize>load<u32>(units + (<usize>k << 2));
      const row = columns + (unit << 6);
      const offset = v128.load64_splat(before.offsets + (unit << 3));
      const slope = v128.load64_splat(before.slopes + (unit << 3));
      const w0 = v128.load(row);
      a0 = madd(a0, w0, offset);
      b0 = madd(b0, w0, slope);
      const w1 = v128.load(row, 16);
      a1 = madd(a1, w1, offset);
      b1 = madd(b1, w1, slope);
      const w2 = v128.load(row, 32);
      a2 = madd(a2, w2, offset);
      b2 = madd(b2, w2, slope);
      const w3 = v128.load(row, 48);
      a3 = madd(a3, w3, offset);
      b3 = madd(b3, w3, slope);
    }
    const offsets = layer.offsets + (<usize>o << 3);
    v128.store(offsets, a0);
    v128.store(offsets, a1, 16);
    v128.store(offsets, a2, 32);
    v128.store(offsets, a3, 48);
    const slopes = layer.slopes + (<usize>o << 3);
    v128.store(slopes, b0);
    v128.store(slopes, b1, 16);
    v128.store(slopes, b2, 32);
    v128.store(slopes, b3, 48);
  }
}
