import type { AttributionArithmetic } from '../../attribution/arithmetic';
import type { ComposedNetwork } from '../../attribution/circuit';
import type { PathSumOptions } from '../../attribution/pathSums';
import type { Quadrature } from '../../attribution/quadrature';
import type { ResponseOptions } from '../../attribution/responses';
import type { GetBuffer } from '../../attribution/buffers';
import { hiddenWidths, isRelu, layerCount, type Network } from '../../network/layout';
import { fours, strideOf, type KernelMemory } from './kernelMemory';

/** Attributions on the kernel, with the bits of plain TypeScript. */
export function simdAttribution(memory: KernelMemory): AttributionArithmetic {
  /** Gives back what a computation has taken of the memory. */
  const borrowing = <T>(work: () => T): T => {
    const bottom = memory.mark();
    try {
      return work();
    } finally {
      memory.release(bottom);
    }
  };
  return {
    responses: (network, reading) => borrowing(() => responses(memory, network, reading)),
    pathSums: (network, nodes, reading) =>
      borrowing(() => pathSums(memory, network, nodes, reading)),
  };
}

function pathSums(
  memory: KernelMemory,
  network: Network | ComposedNetwork,
  { alphas, weights }: Quadrature,
  { from, rectified, buffer }: PathSumOptions,
): Float64Array {
  const [features] = network.layout.widths;
  const hidden = hiddenWidths(network.layout);
  if (hidden.length === 0) return new Float64Array(0);
  const { records, layers } = place(memory, network, (outputs, inputs) => {
    const row = 8 * eights(outputs);
    return {
      responses: 0,
      columns: memory.allocate(inputs * row),
      offsets: memory.allocate(row),
      slopes: memory.allocate(row),
      open: memory.allocate(row, 0xff),
      sums: memory.allocate(row),
    };
  });
  const nodes = memory.reserve(16 * alphas.length);
  const pairs = memory.float64(nodes, 2 * alphas.length);
  for (let j = 0; j < alphas.length; j++) {
    pairs[2 * j] = alphas[j];
    pairs[2 * j + 1] = weights[j];
  }
  const units = memory.reserve(4 * Math.max(...hidden) + 4);
  const neurons = hidden.slice(from).reduce((sum, width) => sum + width, 0);
  const out = memory.reserve(8 * neurons * features);
  memory.kernel.pathSums(
    records,
    from,
    layers,
    features,
    nodes,
    alphas.length,
    rectified ? 1 : 0,
    units,
    out,
  );
  return copyOf(memory.float64(out, neurons * features), buffer);
}

/** A copy; in new memory it is faster than `slice`, which fills that with zeros first. */
function copyOf(values: Float64Array, buffer: GetBuffer | undefined): Float64Array {
  if (!buffer) return new Float64Array(values);
  const copy = buffer(values.length);
  copy.set(values);
  return copy;
}

function eights(count: number): number {
  return (count + 7) & ~7;
}

function responses(
  memory: KernelMemory,
  network: Network | ComposedNetwork,
  reading: ResponseOptions,
): Float64Array {
  const [features] = network.layout.widths;
  const hidden = hiddenWidths(network.layout);
  if (hidden.length === 0) return new Float64Array(0);
  const stride = strideOf(features + 1);
  const { records, layers } = place(memory, network, (outputs) => ({
    responses: memory.reserve(fours(outputs) * stride),
    columns: 0,
    offsets: 0,
    slopes: 0,
    open: 0,
    sums: 0,
  }));
  const scratch = memory.reserve(fours(Math.max(...hidden)) * Math.max(stride, 36) + 32);
  const neurons = hidden.slice(reading.from).reduce((sum, width) => sum + width, 0);
  // Written in fours of numbers: the last may reach beyond the end.
  const out = memory.reserve(8 * (neurons * features + 4));
  memory.kernel.respond(records, layers, features, stride, scratch);
  memory.kernel.readResponses(
    records,
    reading.from,
    layers,
    features,
    stride,
    reading.rectified ? 1 : 0,
    reading.fromBaseline ? 1 : 0,
    out,
  );
  return copyOf(memory.float64(out, neurons * features), reading.buffer);
}

/** Addresses in a layer's record. */
interface LayerBuffers {
  readonly responses: number;
  readonly columns: number;
  readonly offsets: number;
  readonly slopes: number;
  readonly open: number;
  readonly sums: number;
}

/** Places a network's parameters as they are, and a record for each hidden layer. */
function place(
  memory: KernelMemory,
  network: Network | ComposedNetwork,
  buffers: (outputs: number, inputs: number) => LayerBuffers,
): { records: number; layers: number } {
  const { widths, activations } = network.layout;
  const layers = layerCount(network.layout) - 1;
  const pieces = 'pieces' in network ? network.pieces : [network.parameters];
  let length = 0;
  for (const piece of pieces) length += piece.length;
  // Rows are read in fours: beyond the last hidden layer stands the output layer, or this slack.
  const slack = 4 * Math.max(...widths) + 8;
  let at = memory.reserve(4 * (length + slack));
  const parameters = memory.float32(at, length);
  let start = 0;
  for (const piece of pieces) {
    parameters.set(piece, start);
    start += piece.length;
  }
  const records: number[] = [];
  for (let l = 0; l < layers; l++) {
    const [inputs, outputs] = [widths[l], widths[l + 1]];
    const weights = at;
    const biases = weights + 4 * inputs * outputs;
    at = biases + 4 * outputs;
    const relu = isRelu(activations[l]) ? 1 : 0;
    const { responses, columns, offsets, slopes, open, sums } = buffers(outputs, inputs);
    records.push(inputs, outputs, weights, biases, relu);
    records.push(responses, columns, offsets, slopes, open, sums);
  }
  const address = memory.reserve(4 * records.length);
  memory.uint32(address, records.length).set(records);
  return { records: address, layers };
}
