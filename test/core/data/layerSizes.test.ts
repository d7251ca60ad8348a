import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultLayerSizes, drawLayerSizes } from '../../../src/core/data/layerSizes';
import { stream } from '../../../src/core/random/streams';

const always = (value: number) => ({ uint32: () => value });
const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

describe('random layer sizes', () => {
  it('hold all features within the bounds, except for a last layer that may be below the minimum', () => {
    const bounds = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }))
      .map(([minimum, more]) => ({ minimum, maximum: minimum + more }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), bounds, fc.nat(), (features, sizes, seed) => {
        const widths = drawLayerSizes(features, sizes, stream(seed, 'feature-model'));
        assert.equal(total(widths), features);
        assert.ok(widths.every((width) => width >= 1 && width <= sizes.maximum));
        assert.ok(widths.slice(0, -1).every((width) => width >= sizes.minimum));
      }),
    );
  });

  it('move their range down to the published 12-4', () => {
    // The range [8, 12] results in 12; 4 are left when it has moved to [4, 4].
    assert.deepEqual(drawLayerSizes(16, { minimum: 4, maximum: 12 }, always(4)), [12, 4]);
  });

  it('use the remaining features as a layer if they are exactly the minimum', () => {
    assert.deepEqual(drawLayerSizes(14, { minimum: 4, maximum: 12 }, always(2)), [10, 4]);
  });

  it('add too few features for a layer to the first layer that can take them', () => {
    // 8 of [8, 12]; 8 left: [6, 8], then [5, 6] gives 5; 3 left fit nowhere: 8 becomes 11.
    assert.deepEqual(drawLayerSizes(16, { minimum: 4, maximum: 12 }, always(0)), [11, 5]);
  });

  it('use features that fit nowhere as a last layer', () => {
    assert.deepEqual(drawLayerSizes(12, { minimum: 5, maximum: 5 }, always(0)), [5, 5, 2]);
    assert.deepEqual(drawLayerSizes(3, { minimum: 5, maximum: 8 }, always(0)), [3]);
  });

  it('have default bounds that fit any number of features', () => {
    assert.deepEqual(defaultLayerSizes(16), { minimum: 4, maximum: 12 });
    assert.deepEqual(defaultLayerSizes(1), { minimum: 1, maximum: 1 });
    assert.deepEqual(drawLayerSizes(1, defaultLayerSizes(1), always(0)), [1]);
  });

  it('refuse invalid bounds', () => {
    assert.throws(() => drawLayerSizes(8, { minimum: 0, maximum: 4 }, always(0)), {
      message: 'features.layerSize.minimum: must be an integer of at least 1, not 0',
    });
    assert.throws(() => drawLayerSizes(8, { minimum: 4, maximum: 3 }, always(0)), {
      message: 'features.layerSize.maximum: must be an integer of at least the minimum, 4, not 3',
    });
  });
});
