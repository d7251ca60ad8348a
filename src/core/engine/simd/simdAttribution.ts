import type { AttributionArithmetic } from '../../attribution/arithmetic';
import type { ComposedNetwork } from '../../attribution/circuit';
import type { GetBuffer } from '../../attribution/buffers';
import type { PathSumOptions } from '../../attribution/pathSums';
import type { Quadrature } from '../../attribution/quadrature';
import { hiddenWidths, layerCount, type Network } from '../../network/layout';
import { Reading } from './generated/records';
import type { KernelMemory } from './kernelMemory';
import { reluOf } from './kernelNetwork';

/** Most rows that the kernel reads at once; the parameters are padded, because it may read beyond the last row. */
const ROWS = 8;
const NO_PATH: Quadrature = { alphas: [], weights: [] };

/** Attribution by the kernel, bit-identical to that of plain TypeScript. */
export function simdAttribution(memory: KernelMemory): AttributionArithmetic {
  return {
    responses: (network, options) =>
      attribute(memory, 'responses', network, { ...options, quadrature: NO_PATH }),
    pathSums: (network, quadrature, options) =>
      attribute(memory, 'pathSums', network, { ...options, quadrature, fromBaseline: false }),
  };
}

interface AttributionOptions extends PathSumOptions {
  readonly quadrature: Quadrature;
  readonly fromBaseline: boolean;
}

/** `[neurons, features]` */
function attribute(
  memory: KernelMemory,
  name: 'responses' | 'pathSums',
  network: Network | ComposedNetwork,
  { from, rectified, fromBaseline, quadrature, buffer }: AttributionOptions,
): Float64Array {
  const { layout } = network;
  const layers = layerCount(layout) - 1;
  const hidden = hiddenWidths(layout);
  const neurons = hidden.slice(from).reduce((sum, width) => sum + width, 0);
  const length = neurons * layout.widths[0];
  if (neurons === 0) return new Float64Array(0);
  const bottom = memory.mark();
  try {
    const out = memory.reserve(8 * length);
    const fields = {
      layers,
      widths: memory.integers(layout.widths.slice(0, -1)),
      relu: memory.integers(reluOf(layout, layers)),
      parameters: placeParameters(memory, network),
      from,
      rectified: Number(rectified),
      fromBaseline: Number(fromBaseline),
      quadrature: memory.place(pairsOf(quadrature)),
      nodes: quadrature.alphas.length,
      out,
    };
    memory.callWithBuffer(name, (scratch, scratchBytes) => [
      memory.record(Reading, { ...fields, scratch, scratchBytes }),
    ]);
    return copyOf(memory.float64(out, length), buffer);
  } finally {
    memory.release(bottom);
  }
}

/** A copy. The constructor is faster than `slice`, which fills new memory with zeros first. */
function copyOf(values: Float64Array, buffer: GetBuffer | undefined): Float64Array {
  if (!buffer) return new Float64Array(values);
  const copy = buffer(values.length);
  copy.set(values);
  return copy;
}

/** `[nodes, 2]`: points of the path, and their weights. */
function pairsOf({ alphas, weights }: Quadrature): Float64Array {
  const pairs = new Float64Array(2 * alphas.length);
  alphas.forEach((alpha, j) => pairs.set([alpha, weights[j]], 2 * j));
  return pairs;
}

/** Places flat parameters, followed by padding for reads beyond the last row. @returns their address */
function placeParameters(memory: KernelMemory, network: Network | ComposedNetwork): number {
  const pieces = 'pieces' in network ? network.pieces : [network.parameters];
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const beyond = ROWS * (Math.max(...network.layout.widths) + 1);
  const address = memory.reserve(4 * (length + beyond));
  const parameters = memory.float32(address, length);
  let start = 0;
  for (const piece of pieces) {
    parameters.set(piece, start);
    start += piece.length;
  }
  return address;
}
