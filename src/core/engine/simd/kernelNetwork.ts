import { isRelu, layersOf, type Layout, type Network } from '../../network/layout';
import { fours, strideOf, type KernelMemory } from './kernelMemory';

/** Where a Linear layer stands in the kernel's memory. */
interface PlacedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly outStride: number;
  readonly inStride: number;
  readonly weights: number;
  readonly columns: number;
  readonly biases: number;
  readonly values: number;
}

/** What a network is placed for. */
export interface PlacedFor {
  readonly training?: boolean;
  readonly dropout?: boolean;
}

/** A network in the kernel's memory, with buffers for a batch. */
export interface PlacedNetwork {
  readonly layout: Layout;
  readonly layers: readonly PlacedLayer[];
  /** Address of the layers' records. */
  readonly records: number;
  /** `[batch, inputs]`, rows of the first layer's `inStride`. */
  readonly batchInputs: number;
  /** Address of the records of four rows' terms, with room for each. */
  readonly terms: number;
  /** Columns of the widest layer. */
  readonly widest: number;
}

/** Places a network's layers, with what they need for their purpose. */
export function placeNetwork(
  memory: KernelMemory,
  layout: Layout,
  batch: number,
  { training = false, dropout = false }: PlacedFor = {},
): PlacedNetwork {
  const rows = fours(batch);
  const widest = Math.max(...layout.widths.map(fours));
  const matrix = (count: number, columns: number): number =>
    memory.allocate(count * strideOf(columns));
  const vector = (columns: number): number => memory.allocate(4 * fours(columns));
  const records: Record<string, number>[] = [];
  const layers = layout.widths.slice(1).map((outputs, l): PlacedLayer => {
    const inputs = layout.widths[l];
    const hidden = l < layout.activations.length;
    const fields = {
      inputs,
      outputs,
      outStride: strideOf(outputs),
      inStride: strideOf(inputs),
      weights: training ? matrix(fours(outputs), inputs) : 0,
      mean: training ? matrix(fours(outputs), inputs) : 0,
      square: training ? matrix(fours(outputs), inputs) : 0,
      columns: matrix(fours(inputs), outputs),
      biases: vector(outputs),
      biasMean: training ? vector(outputs) : 0,
      biasSquare: training ? vector(outputs) : 0,
      values: matrix(rows, outputs),
      deltas: training ? matrix(rows, outputs) : 0,
      // A vector beyond the end: the last row's padding reads past it.
      mask: dropout && hidden ? memory.allocate(4 * (rows * outputs + 4)) : 0,
      relu: hidden && isRelu(layout.activations[l]) ? 1 : 0,
    };
    records.push(fields);
    return fields;
  });
  const addresses = layers.length * Object.keys(records[0]).length * 4;
  const start = memory.allocate(addresses);
  memory.uint32(start, addresses / 4).set(records.flatMap((fields) => Object.values(fields)));
  return {
    layout,
    layers,
    records: start,
    batchInputs: matrix(rows, layout.widths[0]),
    terms: placeTerms(memory, Math.max(widest, rows)),
    widest,
  };
}

/** Four lists of terms, of so many at most; they are written in vectors, up to one beyond the end. */
export function placeTerms(memory: KernelMemory, most: number): number {
  const fields = Array.from({ length: 4 }, () => {
    const values = memory.reserve(4 * (most + 4));
    return [values, memory.reserve(4 * (most + 4)), 0];
  }).flat();
  const address = memory.reserve(4 * fields.length);
  memory.uint32(address, fields.length).set(fields);
  return address;
}

/** The record of a task that only runs forward; it has the first fields of a training task. */
export function forwardTask(memory: KernelMemory, placed: PlacedNetwork, rows: number): number {
  return memory.record({
    layers: placed.layers.length,
    firstLayer: placed.records,
    batchSize: rows,
    inputs: 0,
    targets: 0,
    batchInputs: placed.batchInputs,
    terms: placed.terms,
  });
}

/** Copies flat parameters into the kernel's memory. */
export function writeParameters(
  memory: KernelMemory,
  placed: PlacedNetwork,
  parameters: Float32Array,
): void {
  layersOf({ layout: placed.layout, parameters }).forEach(({ weights, biases }, l) => {
    const { inputs, outputs, outStride, inStride, ...at } = placed.layers[l];
    const columns = outStride / 4;
    const target = memory.float32(at.columns, inputs * columns);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) target[i * columns + o] = weights[o * inputs + i];
    }
    if (at.weights) memory.writeRows(at.weights, inStride, weights, inputs);
    memory.float32(at.biases, outputs).set(biases);
  });
}

/** Copies the parameters of a network in training back, flat. */
export function readParameters(
  memory: KernelMemory,
  placed: PlacedNetwork,
  length: number,
): Float32Array {
  const network: Network = { layout: placed.layout, parameters: new Float32Array(length) };
  layersOf(network).forEach(({ weights, biases }, l) => {
    const { inputs, outputs, inStride, ...at } = placed.layers[l];
    weights.set(memory.readRows(at.weights, inStride, outputs, inputs));
    biases.set(memory.float32(at.biases, outputs));
  });
  return network.parameters;
}
