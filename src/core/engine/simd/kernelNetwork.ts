import { isRelu, parameterCount, requireActivations, type Layout } from '../../network/layout';
import { Shape } from './generated/records';
import type { KernelMemory } from './kernelMemory';

/** Purpose of a network, which determines its buffers. */
export interface PlacedFor {
  readonly training?: boolean;
  readonly dropout?: boolean;
  readonly mask?: boolean;
  readonly movement?: boolean;
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
  { training = false, dropout = false, mask = false, movement = false }: PlacedFor = {},
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
    masked: Number(mask),
    moves: Number(movement),
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

/** What a network in the kernel holds of each parameter, in the order of `Variable` in `src/kernel/network.h`. */
const VARIABLES = ['parameters', 'mean', 'square', 'movement'] as const;

export type Variable = (typeof VARIABLES)[number];

/** Copies flat values of a variable into a network. */
export function writeVariable(
  memory: KernelMemory,
  network: number,
  variable: Variable,
  values: Float32Array,
): void {
  const mark = memory.mark();
  const flat = memory.place(values);
  memory.call('writeVariable', undefined, network, flat, VARIABLES.indexOf(variable));
  memory.release(mark);
}

/** Copies a mask into a network: 0 for parameters that are held at 0. */
export function writeMask(memory: KernelMemory, network: number, mask: Uint8Array): void {
  const mark = memory.mark();
  memory.call('writeMask', undefined, network, memory.place(mask));
  memory.release(mark);
}

/** A variable of a network, flat. */
export function readVariable(
  memory: KernelMemory,
  network: number,
  variable: Variable,
  layout: Layout,
): Float32Array {
  const mark = memory.mark();
  const count = parameterCount(layout);
  const flat = memory.reserve(4 * count);
  memory.call('readVariable', undefined, network, flat, VARIABLES.indexOf(variable));
  memory.release(mark);
  return memory.float32(flat, count).slice();
}
