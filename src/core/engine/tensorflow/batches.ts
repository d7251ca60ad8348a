import { gatherRows } from '../../data/dataSet';
import type { Xoshiro } from '../../random/xoshiro';
import type { TrainingTask } from '../engine';

/** Values of a tensor `[specimens, rows, width]`. */
export interface Block {
  readonly shape: [specimens: number, rows: number, width: number];
  readonly values: Float32Array;
}

/** Whether all tasks visit the same samples in the same order. */
export function shareBatches(
  tasks: readonly TrainingTask[],
  orders: readonly Uint32Array[],
): boolean {
  const [first] = orders;
  return tasks.every(
    ({ data }, t) =>
      data === tasks[0].data &&
      (orders[t] === first || orders[t].every((sample, i) => sample === first[i])),
  );
}

/**
 * Gathers rows of several arrays, one block per array.
 * @param arrays per specimen `[samples, width]`
 * @param batches per specimen the rows to gather
 */
export function gatherBlock(
  arrays: readonly Float32Array[],
  width: number,
  batches: readonly Uint32Array[],
): Block {
  const rows = batches[0].length;
  const values = new Float32Array(arrays.length * rows * width);
  arrays.forEach((array, s) => {
    values.set(gatherRows(array, width, batches[s]), s * rows * width);
  });
  return { shape: [arrays.length, rows, width], values };
}

/**
 * Dropout masks of one step: 0 or 1/(1 − p) for the units of each specimen, from its own source in the
 * order that {@link TrainingTask.dropout} requires; 1 for specimens without dropout; 0 for padding.
 * @param sources per specimen
 * @param widths of the stack's hidden layers
 * @returns per hidden layer `[specimens, rows, width]`
 */
export function dropoutBlocks(
  tasks: readonly TrainingTask[],
  sources: readonly (Xoshiro | undefined)[],
  widths: readonly number[],
  rows: number,
): Block[] {
  const blocks = widths.map((width): Block => {
    return {
      shape: [tasks.length, rows, width],
      values: new Float32Array(tasks.length * rows * width),
    };
  });
  tasks.forEach(({ layout, dropout }, s) => {
    const bits = sources[s];
    const probability = dropout?.probability ?? 0;
    const threshold = probability * 2 ** 32;
    const scale = 1 / (1 - probability);
    blocks.forEach(({ values }, h) => {
      bits?.align();
      for (let r = 0; r < rows; r++) {
        const start = (s * rows + r) * widths[h];
        for (let unit = 0; unit < layout.widths[h + 1]; unit++) {
          values[start + unit] = bits && bits.uint32() < threshold ? 0 : scale;
        }
      }
    });
  });
  return blocks;
}
