import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pack, stackLayout, unpack } from '../../../../src/core/engine/tensorflow/stackLayout';
import { LabError } from '../../../../src/core/errors';
import { layoutOf, parameterCount } from '../../../../src/core/network/layout';
import { randomValues } from '../tasks';

describe('a stack of networks', () => {
  it('holds each layer of all of them as [specimens, inputs, outputs], then the biases', () => {
    const narrow = layoutOf([1, 1, 1], 'relu');
    const wide = layoutOf([1, 2, 1], 'relu');
    const stack = stackLayout([narrow, wide]);
    const stacked = pack(stack, [
      Float32Array.of(1, 2, 3, 4),
      Float32Array.of(5, 6, 7, 8, 9, 10, 11),
    ]);
    assert.deepEqual(stack.layers, [
      { inputs: 1, outputs: 2, weights: 0, biases: 4 },
      { inputs: 2, outputs: 1, weights: 8, biases: 12 },
    ]);
    assert.deepEqual(
      stacked,
      Float32Array.of(...[1, 0, 5, 6], ...[2, 0, 7, 8], ...[3, 0, 9, 10], ...[4, 11]),
    );
  });

  it('transposes weights: row o of a layer becomes column o', () => {
    const stack = stackLayout([layoutOf([3, 2], 'relu')]);
    const stacked = pack(stack, [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)]);
    assert.deepEqual(stacked, Float32Array.of(1, 4, 2, 5, 3, 6, 7, 8));
  });

  it('returns the parameters that were written, and fills the rest with 0', () => {
    const width = fc.integer({ min: 1, max: 6 });
    const networks = fc.integer({ min: 0, max: 3 }).chain((depth) =>
      fc.array(fc.array(width, { minLength: depth, maxLength: depth }), {
        minLength: 1,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(width, width, networks, (inputs, outputs, hidden) => {
        const layouts = hidden.map((widths) => layoutOf([inputs, ...widths, outputs], 'relu'));
        const parameters = layouts.map((layout, s) => randomValues(s + 1, parameterCount(layout)));
        const stack = stackLayout(layouts);
        const stacked = pack(stack, parameters);
        assert.equal(stacked.length, stack.length);
        assert.deepEqual(unpack(stack, stacked), parameters);
        const filled = stacked.filter((value) => value !== 0).length;
        const given = parameters
          .flatMap((values) => Array.from(values))
          .filter((value) => value !== 0);
        assert.equal(filled, given.length);
      }),
    );
  });

  it('refuses parameters that do not match their layout', () => {
    const stack = stackLayout([layoutOf([2, 1], 'relu')]);
    assert.throws(
      () => pack(stack, [new Float32Array(4)]),
      (error) => error instanceof LabError && /3 parameters.* not 4/.test(error.message),
    );
  });
});
