import { operationsPerSample, type InversionProgram } from '../../data/inversionProgram';
import { sparseMatrix, sparseTranspose, type SparseMatrix } from '../../data/sparseAffine';
import { isRelu, layersOf, neuronCount, type Network } from '../../network/layout';
import type { AdamOptions } from '../../training/adam';
import type { KernelMemory } from './kernelMemory';

/** Samples that the kernel works on side by side. */
const TILE = 12;
/** Bytes of a row of a tile, in float64. */
const ROW = 8 * TILE;
/** How much faster than plain TypeScript the kernel is, for pacing. */
const SPEEDUP = 5;

/**
 * The inner program of the inversion on the SIMD kernel, bit for bit that of `InversionBlock`. Samples
 * stand in tiles of 12: seeds, mean gradients and mean squares, each `[inputs, 12]`, and wanted
 * `[F, 12]`.
 * @param memory the program's alone until it is disposed of
 */
export function simdInversion(
  memory: KernelMemory,
  model: Network,
  samples: number,
  adam: Omit<AdamOptions, 'learningRate'>,
  dispose: () => void,
): InversionProgram {
  const F = neuronCount(model.layout);
  const [inputs] = model.layout.widths;
  const tiles = Math.ceil(samples / TILE);
  const tileLength = (3 * inputs + F) * TILE;
  const { firstLayer, layers, entries } = placeLayers(memory, model);
  const state = memory.allocate(8 * tiles * tileLength);
  const constants = memory.allocate(8 * 5);
  memory
    .float64(constants, 5)
    .set([2 / F, 1 - adam.beta1, adam.beta2, 1 - adam.beta2, adam.epsilon]);
  const fields = {
    layers,
    firstLayer,
    inputs,
    constants,
    state,
    stateBytes: 8 * tileLength,
    row: memory.allocate(ROW),
    factors: 0,
  };
  const task = memory.record(fields);
  const factorsField = task + 4 * Object.keys(fields).indexOf('factors');
  const top = memory.mark();
  const states = (): Float64Array => memory.float64(state, tiles * tileLength);
  /** Where the first of a sample's values stands, or those of its wanted features. */
  const placeOf = (sample: number): number =>
    Math.floor(sample / TILE) * tileLength + (sample % TILE);
  let used = 0;
  return {
    block: tiles * TILE,
    operations: (tiles * TILE * operationsPerSample(entries, inputs)) / SPEEDUP,
    load(starts, wanted) {
      const target = states().fill(0);
      const count = wanted.length / F;
      used = Math.ceil(count / TILE);
      for (let s = 0; s < count; s++) {
        const seeds = placeOf(s);
        const features = seeds + 3 * inputs * TILE;
        for (let i = 0; i < inputs; i++) target[seeds + i * TILE] = starts[s * inputs + i];
        for (let f = 0; f < F; f++) target[features + f * TILE] = wanted[s * F + f];
      }
    },
    run(factors) {
      memory.release(top);
      const address = memory.allocate(16 * factors.length);
      const target = memory.float64(address, 2 * factors.length);
      factors.forEach(({ stepSize, correction }, i) => target.set([-stepSize, correction], 2 * i));
      memory.uint32(factorsField, 1)[0] = address;
      memory.kernel.invert(task, used, factors.length);
    },
    store(seeds) {
      const source = states();
      for (let at = 0; at < seeds.length; at++) {
        const i = at % inputs;
        seeds[at] = source[placeOf((at - i) / inputs) + i * TILE];
      }
    },
    dispose,
  };
}

/** Places the hidden layers, with room for what they hand on and for their gradients. */
function placeLayers(
  memory: KernelMemory,
  { layout, parameters }: Network,
): { firstLayer: number; layers: number; entries: number } {
  let entries = 0;
  const hidden = layersOf({ layout, parameters }).slice(0, -1);
  const records = hidden.map(({ weights, biases, inputs, outputs }, l) => {
    const straight = sparseMatrix(weights, outputs, inputs);
    const transposed = sparseTranspose(weights, outputs, inputs);
    entries += straight.values.length;
    const biasesAt = memory.allocate(8 * outputs);
    memory.float64(biasesAt, outputs).set(biases);
    return [
      outputs,
      isRelu(layout.activations[l]) ? 1 : 0,
      biasesAt,
      ...placeSparse(memory, straight),
      ...placeSparse(memory, transposed),
      memory.allocate(outputs * ROW),
      memory.allocate(outputs * ROW),
    ];
  });
  const fields = records.flat();
  const firstLayer = memory.allocate(4 * fields.length);
  memory.uint32(firstLayer, fields.length).set(fields);
  return { firstLayer, layers: hidden.length, entries };
}

/** Addresses of the entries of each row, how many and what, and of the rows that they multiply. */
function placeSparse(
  memory: KernelMemory,
  { rows, starts, columns, values }: SparseMatrix,
): [counts: number, entries: number, offsets: number] {
  const counts = memory.allocate(4 * rows);
  const entries = memory.allocate(8 * values.length);
  const offsets = memory.allocate(4 * columns.length);
  const countsView = memory.uint32(counts, rows);
  for (let r = 0; r < rows; r++) countsView[r] = starts[r + 1] - starts[r];
  memory.float64(entries, values.length).set(values);
  memory.uint32(offsets, columns.length).set(columns.map((column) => column * ROW));
  return [counts, entries, offsets];
}
