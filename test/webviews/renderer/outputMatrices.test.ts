import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type OutputMatrices, outputMatrices } from '../../../src/figures/matrix/outputMatrices';
import { ATTRIBUTION_MIME, attributionOutput } from '../../../src/protocol/outputs/attribution';
import { RUN_MIME, runOutput } from '../../../src/protocol/outputs/run';
import { encodeTensor } from '../../../src/protocol/outputs/tensor';
import { readOutput } from '../../../src/webviews/renderer/readOutput';

const EXAMPLES = path.resolve(__dirname, '../../../examples');

interface Cell {
  readonly outputs?: readonly { readonly data?: Readonly<Record<string, object>> }[];
}

function matricesOf(output: unknown): OutputMatrices {
  return outputMatrices(readOutput(JSON.stringify(output), attributionOutput));
}

/** Every output with matrices that is stored in the notebooks of the examples. */
function storedOutputs(): unknown[] {
  return readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ipynb'))
    .flatMap((name) => {
      const text = readFileSync(path.join(EXAMPLES, name), 'utf8');
      return (JSON.parse(text) as { readonly cells: readonly Cell[] }).cells;
    })
    .flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data))
    .flatMap((data) => {
      if (ATTRIBUTION_MIME in data) return [data[ATTRIBUTION_MIME]];
      if (!(RUN_MIME in data)) return [];
      const { attribution } = readOutput(JSON.stringify(data[RUN_MIME]), runOutput);
      return attribution ? [attribution] : [];
    });
}

describe('the matrices of an output', () => {
  it('are those of notebooks that were executed before, in float32 as they are stored', () => {
    const outputs = storedOutputs();
    assert.ok(outputs.length > 6);
    for (const output of outputs) {
      const matrices = matricesOf(output);
      const { checkpoints, features } = matrices.series;
      assert.ok(checkpoints.length > 0);
      for (const { name } of checkpoints) {
        const matrix = matrices.matrix(name);
        assert.ok(matrix.values instanceof Float32Array);
        assert.equal(matrix.values.length, matrix.neurons * features.length);
      }
    }
  });

  it('are exact where they are plain numbers, or float64', () => {
    const values = [[0.1, 1e300, null]];
    const wide = encodeTensor(Float64Array.of(0.1, 1e300, NaN), [1, 3]);
    for (const given of [values, wide]) {
      const matrices = matricesOf({ version: 1, values: given });
      const { checkpoints } = matrices.series;
      const matrix = matrices.matrix(checkpoints[0].name);
      assert.deepEqual([...matrix.values], [0.1, 1e300, NaN]);
    }
  });

  it('belong to a leg, whether a ratio that was not asked for is null or left out', () => {
    const place = { seed: 3, arm: 'dense', phase: 'training', epoch: 2, values: [[1]] };
    const pruned = { ...place, phase: 'pruned', epoch: 0, requested: 0.25 };
    for (const first of [place, { ...place, requested: null }]) {
      const matrices = matricesOf({ version: 1, checkpoints: [first, pruned] });
      const { checkpoints } = matrices.series;
      assert.deepEqual(
        checkpoints.map(({ name, leg }) => [name, leg.requested]),
        [
          ['3-dense/training/2', null],
          ['3-dense-0.25/pruned/0', 0.25],
        ],
      );
    }
  });
});
