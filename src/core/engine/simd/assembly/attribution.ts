import { multiply, PLAIN } from './matrices';

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
  /** Pairs of f64 `[outputs]`: offset and slope. */
  pieces: usize;
  /** u8 `[outputs]`: whether a unit hands on what it gets. */
  open: usize;
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
  for (let l = 1; l < layers; l++) {
    const before = layerAt(first, l - 1);
    const layer = layerAt(first, l);
    let x = before.responses;
    if (before.relu) {
      x = scratch;
      const bytes = <usize>before.outputs * stride;
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(x + i, f32x4.pmax(v128.load(before.responses + i), f32x4.splat(0)));
      }
    }
    multiply(
      layer.weights,
      <usize>layer.inputs << 2,
      x,
      stride,
      layer.biases,
      layer.responses,
      stride,
      (layer.outputs + 3) & ~3,
      layer.inputs,
      (features + 4) & ~3,
      PLAIN,
      0,
      true,
    );
  }
}

function atFeatures(layer: Layer, features: i32, stride: usize): void {
  for (let o = 0; o < layer.outputs; o++) {
    const bias = load<f32>(layer.biases + (<usize>o << 2));
    const row = layer.weights + (<usize>(o * features) << 2);
    const out = layer.responses + <usize>o * stride;
    for (let f = 0; f < features; f++) {
      const at = <usize>f << 2;
      store<f32>(out + at, bias + load<f32>(row + at));
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
 * Σ_j w_j · slope at α_j of every feature's path, for all neurons of all layers.
 * @param quadrature f64 pairs `[nodes]`: α and weight
 * @param rectified whether a closed gate makes a slope 0
 * @param units u32 and pairs f64, each as many as the widest layer has outputs
 * @param sums f64 `[neurons]`
 * @param out f64 `[neurons, features]`
 */
export function pathSums(
  first: usize,
  layers: i32,
  features: i32,
  quadrature: usize,
  nodes: i32,
  rectified: i32,
  units: usize,
  handedOn: usize,
  sums: usize,
  out: usize,
): void {
  let neurons = 0;
  for (let l = 0; l < layers; l++) neurons += layerAt(first, l).outputs;
  for (let f = 0; f < features; f++) {
    follow(layerAt(first, 0), f, features);
    memory.fill(sums, 0, <usize>neurons << 3);
    for (let j = 0; j < nodes; j++) {
      const node = quadrature + (<usize>j << 4);
      moveTo(first, layers, load<f64>(node), j == 0, units, handedOn);
      addSlopes(first, layers, load<f64>(node, 8), rectified, sums);
    }
    for (let k = 0; k < neurons; k++) {
      store<f64>(out + (<usize>(k * features + f) << 3), load<f64>(sums + (<usize>k << 3)));
    }
  }
}

function follow(layer: Layer, feature: i32, features: i32): void {
  for (let o = 0; o < layer.outputs; o++) {
    const piece = layer.pieces + (<usize>o << 4);
    store<f64>(piece, load<f32>(layer.biases + (<usize>o << 2)));
    store<f64>(piece, load<f32>(layer.weights + (<usize>(o * features + feature) << 2)), 8);
  }
}

function moveTo(
  first: usize,
  layers: i32,
  alpha: f64,
  atStart: bool,
  units: usize,
  handedOn: usize,
): void {
  let changed = atStart;
  for (let l = 0; l < layers; l++) {
    const layer = layerAt(first, l);
    if (changed && l > 0) derive(layerAt(first, l - 1), layer, units, handedOn);
    if (layer.relu && switchGates(layer, alpha)) changed = true;
  }
}

function derive(before: Layer, layer: Layer, units: usize, handedOn: usize): void {
  let count = 0;
  for (let i = 0; i < before.outputs; i++) {
    if (!load<u8>(before.open + i)) continue;
    store<u32>(units + (<usize>count << 2), i << 2);
    v128.store(handedOn + (<usize>count << 4), v128.load(before.pieces + (<usize>i << 4)));
    count++;
  }
  addProducts(layer, units, handedOn, count);
}

function switchGates(layer: Layer, alpha: f64): bool {
  let changed: u8 = 0;
  for (let i = 0; i < layer.outputs; i++) {
    const piece = layer.pieces + (<usize>i << 4);
    const value = load<f64>(piece) + alpha * load<f64>(piece, 8);
    // What is not a number passes, so that it stays visible.
    const now = <u8>!(value <= 0);
    changed |= now ^ load<u8>(layer.open + i);
    store<u8>(layer.open + i, now);
  }
  return changed != 0;
}

function addSlopes(first: usize, layers: i32, weight: f64, rectified: i32, sums: usize): void {
  let at = sums;
  for (let l = 0; l < layers; l++) {
    const layer = layerAt(first, l);
    const gated = rectified && layer.relu;
    for (let i = 0; i < layer.outputs; i++) {
      if (!gated || load<u8>(layer.open + i)) {
        const slope = load<f64>(layer.pieces + (<usize>i << 4), 8);
        store<f64>(at, load<f64>(at) + weight * slope);
      }
      at += 8;
    }
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function madd(sum: v128, weight: usize, x: v128): v128 {
  const w = f64x2.promote_low_f32x4(v128.load32_splat(weight));
  return f64x2.add(sum, f64x2.mul(w, x));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function biasOf(layer: Layer, o: i32): v128 {
  return f64x2.replace_lane(f64x2.splat(0), 0, load<f32>(layer.biases + (<usize>o << 2)));
}

/** `pieces[o] = (bias[o], 0) + Σ_k weights[o, units[k]] · x[k]`, units as offsets in bytes. */
function addProducts(layer: Layer, units: usize, x: usize, count: i32): void {
  const outputs = layer.outputs;
  const stride = <usize>layer.inputs << 2;
  let o = 0;
  for (; o + 8 <= outputs; o += 8) {
    const w0 = layer.weights + <usize>o * stride;
    const w1 = w0 + stride;
    const w2 = w1 + stride;
    const w3 = w2 + stride;
    const w4 = w3 + stride;
    const w5 = w4 + stride;
    const w6 = w5 + stride;
    const w7 = w6 + stride;
    let s0 = biasOf(layer, o);
    let s1 = biasOf(layer, o + 1);
    let s2 = biasOf(layer, o + 2);
    let s3 = biasOf(layer, o + 3);
    let s4 = biasOf(layer, o + 4);
    let s5 = biasOf(layer, o + 5);
    let s6 = biasOf(layer, o + 6);
    let s7 = biasOf(layer, o + 7);
    for (let k = 0; k < count; k++) {
      const unit = <usize>load<u32>(units + (<usize>k << 2));
      const pair = v128.load(x + (<usize>k << 4));
      s0 = madd(s0, w0 + unit, pair);
      s1 = madd(s1, w1 + unit, pair);
      s2 = madd(s2, w2 + unit, pair);
      s3 = madd(s3, w3 + unit, pair);
      s4 = madd(s4, w4 + unit, pair);
      s5 = madd(s5, w5 + unit, pair);
      s6 = madd(s6, w6 + unit, pair);
      s7 = madd(s7, w7 + unit, pair);
    }
    const at = layer.pieces + (<usize>o << 4);
    v128.store(at, s0);
    v128.store(at, s1, 16);
    v128.store(at, s2, 32);
    v128.store(at, s3, 48);
    v128.store(at, s4, 64);
    v128.store(at, s5, 80);
    v128.store(at, s6, 96);
    v128.store(at, s7, 112);
  }
  for (; o < outputs; o++) {
    const row = layer.weights + <usize>o * stride;
    let sum = biasOf(layer, o);
    for (let k = 0; k < count; k++) {
      const unit = <usize>load<u32>(units + (<usize>k << 2));
      sum = madd(sum, row + unit, v128.load(x + (<usize>k << 4)));
    }
    v128.store(layer.pieces + (<usize>o << 4), sum);
  }
}
