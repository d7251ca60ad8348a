import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import {
  hiddenWidths,
  layerCount,
  layersOf,
  layoutOf,
  neuronCount,
  parameterCount,
} from '../../../src/core/network/layout';
import { specimenOf } from '../../../src/core/network/specimen';

const anyWidths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 });
const layout = layoutOf([2, 3, 1], 'relu');

describe('layout', () => {
  it('has one activation for each hidden layer', () => {
    assert.deepEqual(layoutOf([5, 64, 16, 2], 'relu').activations, ['relu', 'relu']);
    assert.deepEqual(layoutOf([5, 2], 'linear').activations, []);
  });

  it('counts layers, hidden neurons and parameters', () => {
    const thesis = layoutOf([5, 64, 16, 16, 2], 'relu');
    assert.equal(layerCount(thesis), 4);
    assert.deepEqual(hiddenWidths(thesis), [64, 16, 16]);
    assert.equal(neuronCount(thesis), 96);
    assert.equal(parameterCount(thesis), 64 * 6 + 16 * 65 + 16 * 17 + 2 * 17);
    assert.equal(neuronCount(layoutOf([5, 2], 'relu')), 0);
    assert.equal(parameterCount(layoutOf([5, 2], 'relu')), 12);
  });
});

describe('layersOf', () => {
  it("lies in PyTorch's order: weight by rows, bias, next layer", () => {
    const parameters = Float32Array.from({ length: 13 }, (_, i) => i);
    assert.deepEqual(
      layersOf({ layout, parameters }).map(({ inputs, outputs, weights, biases }) => ({
        shape: [outputs, inputs],
        weights: [...weights],
        biases: [...biases],
      })),
      [
        { shape: [3, 2], weights: [0, 1, 2, 3, 4, 5], biases: [6, 7, 8] },
        { shape: [1, 3], weights: [9, 10, 11], biases: [12] },
      ],
    );
  });

  it('covers every parameter once, without copying', () => {
    fc.assert(
      fc.property(anyWidths, (widths) => {
        const layout = layoutOf(widths, 'relu');
        const parameters = new Float32Array(parameterCount(layout));
        for (const { weights, biases } of layersOf({ layout, parameters })) {
          for (const view of [weights, biases]) view.forEach((_, i) => view[i]++);
        }
        assert.ok(parameters.length > 0 && parameters.every((touched) => touched === 1));
      }),
    );
  });

  it('lies where the parameters lie when these are a view themselves', () => {
    const all = Float32Array.from({ length: 20 }, (_, i) => i);
    const [first] = layersOf({ layout, parameters: all.subarray(5, 18) });
    assert.deepEqual([...first.weights], [5, 6, 7, 8, 9, 10]);
  });

  it('refuses any other number of parameters', () => {
    for (const length of [0, 12, 14]) {
      assert.throws(
        () => layersOf({ layout, parameters: new Float32Array(length) }),
        (error) =>
          error instanceof LabError &&
          error.kind === 'invalid-input' &&
          error.message.includes('2-3-1') &&
          error.message.includes('13') &&
          error.message.includes(String(length)),
      );
    }
  });
});

describe('specimenOf', () => {
  it('has every unit, named by its place', () => {
    const parameters = new Float32Array(parameterCount(layoutOf([2, 3, 2, 1], 'relu')));
    const specimen = specimenOf(layoutOf([2, 3, 2, 1], 'relu'), parameters);
    assert.deepEqual(specimen.units, [
      [0, 1, 2],
      [0, 1],
    ]);
    assert.equal(specimen.parameters, parameters);
  });

  it('has no units without hidden layers', () => {
    assert.deepEqual(specimenOf(layoutOf([2, 1], 'relu'), new Float32Array(3)).units, []);
  });
});
