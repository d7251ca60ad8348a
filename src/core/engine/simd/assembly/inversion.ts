/*
 * The inner program of the inversion: the features that seeds give, gradients, Adam. It does the
 * operations of the scalar twin (../../../data/inversionBlock.ts) in the same order, in float64 as
 * there: vectors run over samples, which never meet. A tile of 12 samples goes through all its steps
 * before the next, so that what its loops read stays in the first caches. Arrays are feature-major,
 * `[rows, 12]`.
 *
 * Six sums side by side, not eight: V8 loads all vectors of an iteration before it multiplies, so with
 * eight they no longer fit the registers, and the program is half as fast. Rows are taken one by one:
 * two that share loads would gain a tenth, but need entries that are 0 where only one row has any, and
 * 0 · ∞ is not nothing.
 */

/** Bytes of a vector: two samples. */
const VECTOR: usize = 16;
/** Bytes of a row: 12 samples. */
const ROW: usize = 96;

@unmanaged
class InvertedLayer {
  rows: i32;
  relu: i32;
  /** `[rows]` f64 */
  biases: usize;
  /** The weights that are not 0, row by row. `[rows]`: how many each row has. */
  counts: usize;
  /** `[entries]` f64 */
  entries: usize;
  /** `[entries]`: bytes to the row that the entry is multiplied with. */
  offsets: usize;
  /** The same of the transposed weights, whose rows are those of the layer below, or the inputs. */
  transposedCounts: usize;
  transposedEntries: usize;
  transposedOffsets: usize;
  /** `[rows, 12]`: what the layer hands on. */
  values: usize;
  /** `[rows, 12]`: ∂loss/∂feature. */
  deltas: usize;
}

@unmanaged
class Inversion {
  layers: i32;
  /** Address of the first {@link InvertedLayer} record. */
  firstLayer: usize;
  inputs: i32;
  /** Address of the {@link Constants}. */
  constants: usize;
  /** The first tile: seeds, their mean gradients and mean squares `[inputs, 12]`, wanted `[F, 12]`. */
  state: usize;
  /** From tile to tile. */
  stateBytes: usize;
  /** `[12]`: a row on its way. */
  row: usize;
  /** Address of the first step's {@link StepFactors}; one record a step. */
  factors: usize;
}

@unmanaged
class Constants {
  /** 2/F */
  scale: f64;
  /** 1 − β₁ */
  meanRate: f64;
  /** β₂ */
  keep: f64;
  /** 1 − β₂ */
  squareRate: f64;
  epsilon: f64;
}

@unmanaged
class StepFactors {
  /** −lr / (1 − β₁ᵗ) */
  rate: f64;
  /** √(1 − β₂ᵗ) */
  divisor: f64;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function layerAt(task: Inversion, l: i32): InvertedLayer {
  return changetype<InvertedLayer>(task.firstLayer + <usize>l * offsetof<InvertedLayer>());
}

/** `out[s] = initial + Σ_k entries[k] · x[offsets[k], s]`, in the order of k. */
// @ts-expect-error: decorator of AssemblyScript
@inline
function sumRow(
  count: i32,
  entries: usize,
  offsets: usize,
  x: usize,
  initial: f64,
  out: usize,
): void {
  let s0 = f64x2.splat(initial);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  for (let k = 0; k < count; k++) {
    const entry = v128.load64_splat(entries + (<usize>k << 3));
    const at = x + load<u32>(offsets + (<usize>k << 2));
    s0 = f64x2.add(s0, f64x2.mul(entry, v128.load(at)));
    s1 = f64x2.add(s1, f64x2.mul(entry, v128.load(at, 16)));
    s2 = f64x2.add(s2, f64x2.mul(entry, v128.load(at, 32)));
    s3 = f64x2.add(s3, f64x2.mul(entry, v128.load(at, 48)));
    s4 = f64x2.add(s4, f64x2.mul(entry, v128.load(at, 64)));
    s5 = f64x2.add(s5, f64x2.mul(entry, v128.load(at, 80)));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
  v128.store(out, s4, 64);
  v128.store(out, s5, 80);
}

/** What the layer hands on, and 2/F · (feature − wanted) into its deltas. */
function forward(layer: InvertedLayer, x: usize, wanted: usize, constants: Constants): void {
  const scale = f64x2.splat(constants.scale);
  let entries = layer.entries;
  let offsets = layer.offsets;
  let out = layer.values;
  let delta = layer.deltas;
  for (let r = 0; r < layer.rows; r++) {
    const count = load<i32>(layer.counts + (<usize>r << 2));
    sumRow(count, entries, offsets, x, load<f64>(layer.biases + (<usize>r << 3)), out);
    entries += <usize>count << 3;
    offsets += <usize>count << 2;
    for (let s: usize = 0; s < ROW; s += VECTOR) {
      const feature = v128.load(out + s);
      v128.store(delta + s, f64x2.mul(scale, f64x2.sub(feature, v128.load(wanted + s))));
      if (layer.relu) {
        v128.store(out + s, v128.and(feature, f64x2.gt(feature, f64x2.splat(0))));
      }
    }
    out += ROW;
    delta += ROW;
    wanted += ROW;
  }
}

/** Adds what a layer hands down to the deltas of the layer below, where its gates are open. */
function backward(layer: InvertedLayer, below: InvertedLayer, row: usize): void {
  let entries = layer.transposedEntries;
  let offsets = layer.transposedOffsets;
  let value = below.values;
  let delta = below.deltas;
  for (let r = 0; r < below.rows; r++) {
    const count = load<i32>(layer.transposedCounts + (<usize>r << 2));
    sumRow(count, entries, offsets, layer.deltas, 0, row);
    entries += <usize>count << 3;
    offsets += <usize>count << 2;
    for (let s: usize = 0; s < ROW; s += VECTOR) {
      const own = v128.load(delta + s);
      let sum = f64x2.add(own, v128.load(row + s));
      if (below.relu) {
        // What is handed on is positive exactly where the feature is.
        sum = v128.bitselect(sum, own, f64x2.gt(v128.load(value + s), f64x2.splat(0)));
      }
      v128.store(delta + s, sum);
    }
    value += ROW;
    delta += ROW;
  }
}

/** One step of Adam on the seeds, along the gradients that the first layer hands down. */
function moveSeeds(task: Inversion, seeds: usize, constants: Constants, factors: StepFactors): void {
  const layer = layerAt(task, 0);
  const meanRate = f64x2.splat(constants.meanRate);
  const keep = f64x2.splat(constants.keep);
  const squareRate = f64x2.splat(constants.squareRate);
  const epsilon = f64x2.splat(constants.epsilon);
  const rate = f64x2.splat(factors.rate);
  const divisor = f64x2.splat(factors.divisor);
  const plane = <usize>task.inputs * ROW;
  const row = task.row;
  let entries = layer.transposedEntries;
  let offsets = layer.transposedOffsets;
  for (let i = 0; i < task.inputs; i++) {
    const count = load<i32>(layer.transposedCounts + (<usize>i << 2));
    sumRow(count, entries, offsets, layer.deltas, 0, row);
    entries += <usize>count << 3;
    offsets += <usize>count << 2;
    for (let s: usize = 0; s < ROW; s += VECTOR) {
      const seed = seeds + s;
      const mean = seed + plane;
      const square = mean + plane;
      const g = v128.load(row + s);
      let m = v128.load(mean);
      m = f64x2.add(m, f64x2.mul(f64x2.sub(g, m), meanRate));
      const v = f64x2.add(
        f64x2.mul(v128.load(square), keep),
        f64x2.mul(f64x2.mul(squareRate, g), g),
      );
      v128.store(mean, m);
      v128.store(square, v);
      const denominator = f64x2.add(f64x2.div(f64x2.sqrt(v), divisor), epsilon);
      v128.store(
        seed,
        f64x2.add(v128.load(seed), f64x2.div(f64x2.mul(rate, m), denominator)),
      );
    }
    seeds += ROW;
  }
}

/** Moves the seeds of the first tiles by the steps whose factors stand in the task. */
export function invert(task: Inversion, tiles: i32, steps: i32): void {
  const constants = changetype<Constants>(task.constants);
  for (let tile = 0; tile < tiles; tile++) {
    const seeds = task.state + <usize>tile * task.stateBytes;
    let factors = task.factors;
    for (let step = 0; step < steps; step++) {
      let x = seeds;
      let wanted = seeds + 3 * <usize>task.inputs * ROW;
      for (let l = 0; l < task.layers; l++) {
        const layer = layerAt(task, l);
        forward(layer, x, wanted, constants);
        x = layer.values;
        wanted += <usize>layer.rows * ROW;
      }
      for (let l = task.layers - 1; l > 0; l--) {
        backward(layerAt(task, l), layerAt(task, l - 1), task.row);
      }
      moveSeeds(task, seeds, constants, changetype<StepFactors>(factors));
      factors += offsetof<StepFactors>();
    }
  }
}
