import assert from 'node:assert/strict';
import { LabError } from '../../../src/core/errors';
import { measureMatrix } from '../../../src/core/measures/measure';
import { MEASURES } from '../../../src/core/measures/table';
import { flat, matrixOf } from './matrices';

const ROWS = [
  [1, 1, 0, 0], // R = 2
  [4, 0, 0, 0], // R = 1
  [0, 0, 0, 0], // dead
  [0, 0, -2, 2], // R = 2
  [1, -1, 1, 1], // R = 4
];
const WIDTHS = [3, 2];

describe('measureMatrix', () => {
  const measured = measureMatrix(matrixOf(ROWS, WIDTHS));

  it('gives every measure of the table, by id and level', () => {
    assert.deepEqual(
      Object.keys(measured),
      MEASURES.map(({ id }) => id),
    );
    for (const { id, level } of MEASURES) assert.equal(measured[id].level, level);
  });

  it('averages neurons over a layer and over the net, without the dead ones', () => {
    const { perNeuron, layers, net } = measured.relative;
    assert.deepEqual([...perNeuron], [2, 1, NaN, 2, 4]);
    assert.deepEqual(layers, [
      { mean: 1.5, count: 2, missing: 1 },
      { mean: 3, count: 2, missing: 0 },
    ]);
    assert.deepEqual(net, { mean: 2.25, count: 4, missing: 1 });
    assert.deepEqual([...measured.hill0.perNeuron], [2, 1, NaN, 2, 4]);
  });

  it('computes features from the rows of a layer and from all rows', () => {
    const { perFeature, layers, net } = measured.coverage;
    assert.deepEqual([...perFeature], [1, 0.75, 0.75, 0.75]);
    assert.deepEqual(layers, [
      { mean: 0.375, count: 4, missing: 0 }, // 1, ½, 0, 0
      { mean: 0.5, count: 4, missing: 0 }, // ¼, ¼, ¾, ¾
    ]);
    assert.deepEqual(net, { mean: 0.8125, count: 4, missing: 0 });
    const alone = measureMatrix(matrixOf(ROWS.slice(3)));
    assert.deepEqual(measured.capacity.layers[1], alone.capacity.net);
    assert.deepEqual([...(alone.capacity.gate ?? [])], [1, 1, Math.sqrt(5), Math.sqrt(5)]);
  });

  it('computes one number of a net for each layer and for all rows', () => {
    assert.deepEqual(measured.deadFraction.layers, [
      { mean: 1 / 3, count: 1, missing: 0 },
      { mean: 0, count: 1, missing: 0 },
    ]);
    assert.equal(measured.deadFraction.net.mean, 0.2);
    assert.equal(measured.monosemanticFraction.net.mean, 0.25);
    const lenient = measureMatrix(matrixOf(ROWS, WIDTHS), { threshold: 0.3 });
    assert.equal(lenient.monosemanticFraction.net.mean, 0.75);
  });

  it('normalises entropy over the whole net, whatever the layers', () => {
    assert.deepEqual([...measured.entropyMinMax.perNeuron], [0.5, 0, NaN, 0.5, 1]);
    assert.deepEqual(
      measured.entropyMinMax.layers.map(({ mean }) => mean),
      [0.25, 0.75],
    );
  });

  it('marks a layer without a live neuron as missing, never as 0', () => {
    const { relative, coverage, monosemanticFraction, deadFraction } = measureMatrix(
      matrixOf(
        [
          [1, 0],
          [0, 0],
          [0, 0],
        ],
        [1, 2],
      ),
    );
    assert.deepEqual(relative.layers[1], { mean: NaN, count: 0, missing: 2 });
    assert.deepEqual(coverage.layers[1], { mean: NaN, count: 0, missing: 2 });
    assert.deepEqual(monosemanticFraction.layers[1], { mean: NaN, count: 0, missing: 1 });
    assert.equal(deadFraction.layers[1].mean, 1);
    assert.equal(relative.net.mean, 1);
  });

  it('leaves a neuron out that is not finite, and knows nothing of the net as a whole then', () => {
    const broken = measureMatrix(
      matrixOf(
        [
          [1, 1],
          [NaN, 1],
          [2, Infinity],
          [1, 0],
        ],
        [2, 2],
      ),
    );
    assert.deepEqual([...broken.relative.perNeuron], [2, NaN, NaN, 1]);
    assert.deepEqual(broken.gini.net, { mean: 0.25, count: 2, missing: 2 });
    for (const id of ['coverage', 'capacity', 'monosemanticFraction', 'deadFraction'] as const) {
      assert.ok(Number.isNaN(broken[id].net.mean), id);
    }
  });

  it('scores a dead neuron 0 and loses coverage in the compatibility mode of the thesis', () => {
    const thesis = measureMatrix(matrixOf(ROWS, WIDTHS), { compatibility: 'thesis' });
    assert.deepEqual([...thesis.relative.perNeuron], [2, 1, 0, 2, 4]);
    assert.deepEqual(thesis.relative.net, { mean: 1.8, count: 5, missing: 0 });
    assert.deepEqual(thesis.relative.layers[0], { mean: 1, count: 3, missing: 0 });
    assert.deepEqual(thesis.coverage.net, { mean: NaN, count: 0, missing: 4 });
    assert.equal(thesis.coverage.layers[1].mean, 0.5);
    assert.deepEqual(thesis.participation, measured.participation);
    const broken = measureMatrix(matrixOf([[NaN, 1]]), { compatibility: 'thesis' });
    assert.deepEqual([...broken.relative.perNeuron], [NaN]);
  });

  describe('with activations', () => {
    const withActivations = (rows: number[][]) =>
      measureMatrix(matrixOf(ROWS, WIDTHS), {
        activations: matrixOf(rows, WIDTHS, 'post-activation'),
      }).selectivity;

    it('measures selectivity from them', () => {
      const { perNeuron, net } = withActivations([
        [2, 2, 4, 2],
        [2, 2, 2, 2],
        [0, 0, 0, 0],
        [0, 7, 0, 0],
        [0, 0, 0, NaN],
      ]);
      assert.deepEqual([...perNeuron], [1 / 3, 0, NaN, 1, NaN]);
      assert.deepEqual(net, { mean: (1 / 3 + 0 + 1) / 3, count: 3, missing: 2 });
    });

    it('leaves selectivity missing for every neuron when one activation is negative', () => {
      const rows = ROWS.map((row) => row.map((x) => Math.abs(x)));
      assert.equal(withActivations(rows).net.count, 4);
      rows[3][2] = -0.5;
      assert.deepEqual(withActivations(rows).net, { mean: NaN, count: 0, missing: 5 });
    });

    it('leaves selectivity missing when they are not given', () => {
      assert.deepEqual(measured.selectivity.net, { mean: NaN, count: 0, missing: 5 });
    });
  });

  it('reads views without copying, and writes nothing', () => {
    const buffer = Float64Array.from([99, ...ROWS.flat(), 99]);
    const before = buffer.slice();
    const values = buffer.subarray(1, -1);
    assert.deepEqual(measureMatrix({ ...matrixOf(ROWS, WIDTHS), values }), measured);
    assert.deepEqual(buffer, before);
  });

  it('refuses shapes that do not fit, saying what would', () => {
    const matrix = matrixOf(ROWS, WIDTHS);
    const refused = (message: RegExp, run: () => unknown) =>
      assert.throws(run, (error) => error instanceof LabError && message.test(error.message));
    refused(/matrix: must have 5 × 4 values, not 3/, () =>
      measureMatrix({ ...matrix, values: flat([[1, 2, 3]]) }),
    );
    refused(/matrix\.layers: layers must cover 5 rows, not 3/, () =>
      measureMatrix({ ...matrix, layers: matrix.layers.slice(0, 1) }),
    );
    refused(/matrix\.layers: layer 1 must begin at row 0/, () =>
      measureMatrix({ ...matrix, layers: matrix.layers.slice(1) }),
    );
    refused(/at least 1 feature, not 0/, () =>
      measureMatrix({ ...matrix, features: 0, values: new Float64Array(0) }),
    );
    refused(/activations: rows must be post-activation, not "pre-activation"/, () =>
      measureMatrix(matrix, { activations: matrix }),
    );
    refused(
      /activations: must be 5 × 4 in layers 3-2, like the matrix, not 5 × 4 in layers 5/,
      () => measureMatrix(matrix, { activations: matrixOf(ROWS, [5], 'post-activation') }),
    );
    for (const threshold of [0, 1, NaN]) {
      refused(/threshold: must lie between 0 and 1, both excluded, not (0|1|NaN)$/, () =>
        measureMatrix(matrix, { threshold }),
      );
    }
  });
});
