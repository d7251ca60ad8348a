import { isRelu, parameterCount, requireActivations, type Layout } from '../../network/layout';
import { Shape } from './generated/records';
import type { KernelMemory } from './kernelMemory';

/** Purpose of a network, which determines its buffers. */
export interface PlacedFor {
  readonly training?: boolean;
  readonly dropout?: boolean;
}

/**
 * Places a network, with the buffers that its purpose needs.
 * @returns its address
 * @throws LabError if an activation is unknown, or their number does not fit the layers
 */
export function placeNetwork(
  memory: KernelMemory,
  layout: Layout,
  batch: number,
  { training = false, dropout = false }: PlacedFor = {},
): number {
  requireActivations(layout);
  const layers = layout.widths.length - 1;
  const shape = memory.record(Shape, {
    layers,
    widths: memory.integers(layout.widths),
    relu: memory.integers(reluOf(layout, layers)),
    batch,
    training: Number(training),
    drops: Number(dropout),
  });
  let network = 0;
  memory.callWithBuffer('placeNetwork', (buffer, bytes) => {
    network = buffer;
    return [shape, buffer, bytes];
  });
  return network;
}

/** 1 for each of the first layers whose units are rectified. */
export function reluOf({ activations }: Layout, layers: number): number[] {
  return Array.from({ length: layers }, (_, l) =>
    Number(l < activations.length && isRelu(activations[l])),
  );
}

/** Copies flat parameters into a network. */
export function writeParameters(
  memory: KernelMemory,
  network: number,
  parameters: Float32Array,
): void {
  const mark = memory.mark();
  memory.call('writeParameters', undefined, network, memory.place(parameters));
  memory.release(mark);
}

/** The parameters of a network, flat. */
export function readParameters(
  memory: KernelMemory,
  network: number,
  layout: Layout,
): Float32Array {
  const mark = memory.mark();
  const count = parameterCount(layout);
  const flat = memory.reserve(4 * count);
  memory.call('readParameters', undefined, network, flat);
  memory.release(mark);
  return memory.float32(flat, count).slice();
}
