import { operationsPerSample, type InversionProgram } from '../../data/inversionProgram';
import { sparseMatrix, sparseTranspose, type SparseMatrix } from '../../data/sparseAffine';
import { isRelu, layersOf, neuronCount, type Network } from '../../network/layout';
import type { AdamOptions } from '../../training/adam';
import { Inversion, SparseLayer } from './generated/records';
import type { KernelMemory } from './kernelMemory';

/** Speed of the kernel relative to plain TypeScript, for pacing. */
const SPEEDUP = 5;

/**
 * The inner loop of the inversion on the kernel, bit-identical to `InversionBlock`. Samples are laid out in
 * tiles: seeds, mean gradients and mean squares, each `[inputs, tile]`, and wanted `[F, tile]`.
 * @param memory that nothing else uses until the program is disposed of
 */
export function simdInversion(
  memory: KernelMemory,
  model: Network,
  samples: number,
  adam: Omit<AdamOptions, 'learningRate'>,
  dispose: () => void,
): InversionProgram {
  const tile = memory.count('tile');
  const F = neuronCount(model.layout);
  const [inputs] = model.layout.widths;
  const tiles = Math.ceil(samples / tile);
  const tileLength = (3 * inputs + F) * tile;
  const { layer, layers, entries } = placeLayers(memory, model, tile);
  const state = memory.allocate(8 * tiles * tileLength);
  const fields = {
    layers,
    layer,
    inputs,
    constants: memory.place(
      Float64Array.of(2 / F, 1 - adam.beta1, adam.beta2, 1 - adam.beta2, adam.epsilon),
    ),
    state,
    row: memory.allocate(8 * tile),
  };
  const top = memory.mark();
  const states = (): Float64Array => memory.float64(state, tiles * tileLength);
  /** Index of a sample's first seed. */
  const placeOf = (sample: number): number =>
    Math.floor(sample / tile) * tileLength + (sample % tile);
  let used = 0;
  return {
    block: tiles * tile,
    operations: (tiles * tile * operationsPerSample(entries, inputs)) / SPEEDUP,
    load(starts, wanted) {
      const target = states().fill(0);
      const count = wanted.length / F;
      used = Math.ceil(count / tile);
      for (let s = 0; s < count; s++) {
        const seeds = placeOf(s);
        const features = seeds + 3 * inputs * tile;
        for (let i = 0; i < inputs; i++) target[seeds + i * tile] = starts[s * inputs + i];
        for (let f = 0; f < F; f++) target[features + f * tile] = wanted[s * F + f];
      }
    },
    run(factors) {
      memory.release(top);
      const pairs = factors.flatMap(({ stepSize, correction }) => [-stepSize, correction]);
      const record = memory.record(Inversion, {
        ...fields,
        tiles: used,
        steps: factors.length,
        factors: memory.place(Float64Array.from(pairs)),
      });
      memory.call('invert', undefined, record);
    },
    store(seeds) {
      const source = states();
      for (let at = 0; at < seeds.length; at++) {
        const i = at % inputs;
        seeds[at] = source[placeOf((at - i) / inputs) + i * tile];
      }
    },
    dispose,
  };
}

/** Places the hidden layers, with buffers for their outputs and gradients. */
function placeLayers(
  memory: KernelMemory,
  { layout, parameters }: Network,
  tile: number,
): { layer: number; layers: number; entries: number } {
  let entries = 0;
  const hidden = layersOf({ layout, parameters }).slice(0, -1);
  const records = hidden.map(({ weights, biases, inputs, outputs }, l): SparseLayer => {
    const straight = sparseMatrix(weights, outputs, inputs);
    const back = placeSparse(memory, sparseTranspose(weights, outputs, inputs));
    entries += straight.values.length;
    return {
      rows: outputs,
      relu: Number(isRelu(layout.activations[l])),
      biases: memory.place(Float64Array.from(biases)),
      ...placeSparse(memory, straight),
      backStarts: back.starts,
      backEntries: back.entries,
      backColumns: back.columns,
      values: memory.allocate(8 * outputs * tile),
      deltas: memory.allocate(8 * outputs * tile),
    };
  });
  return { layer: memory.records(SparseLayer, records), layers: hidden.length, entries };
}

function placeSparse(
  memory: KernelMemory,
  { starts, columns, values }: SparseMatrix,
): Pick<SparseLayer, 'starts' | 'entries' | 'columns'> {
  return {
    starts: memory.place(Uint32Array.from(starts)),
    entries: memory.place(Float64Array.from(values)),
    columns: memory.place(Uint32Array.from(columns)),
  };
}
