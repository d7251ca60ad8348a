import { lab, rgb } from 'd3';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  colourIndex,
  colourPixels,
  colourScale,
  cssColour,
  MISSING,
} from '../../../src/figures/colour/colourTable';
import {
  divergingColour,
  type Background,
  isRampId,
  type RampId,
  RAMPS,
  sequentialColour,
} from '../../../src/figures/colour/ramps';

const BACKGROUNDS: Background[] = (['light', 'dark'] as const).flatMap((kind) =>
  [false, true].map((contrast) => ({ kind, contrast })),
);
const IDS = Object.keys(RAMPS) as RampId[];
const SHARES = Array.from({ length: 41 }, (_, i) => i / 40);

/** How dichromats see a colour, in linear light (Viénot, Brettel & Mollon 1999). */
const DICHROMATS = {
  protan: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deutan: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
} as const;

function seenBy(matrix: readonly number[], colour: string): [number, number, number] {
  const { r, g, b } = rgb(colour);
  const [x, y, z] = [r, g, b].map((part) => (part / 255) ** 2.2);
  const row = (i: number): number => matrix[i] * x + matrix[i + 1] * y + matrix[i + 2] * z;
  const back = (part: number): number => 255 * Math.max(0, Math.min(1, part)) ** (1 / 2.2);
  const { l, a, b: yellow } = lab(rgb(back(row(0)), back(row(3)), back(row(6))));
  return [l, a, yellow];
}

describe('colour ramps', () => {
  it('change in lightness by equal steps, the same on both sides of zero', () => {
    for (const background of BACKGROUNDS) {
      for (const id of IDS) {
        const lightness = (t: number): number => lab(divergingColour(id, background, t)).l;
        const step = (lightness(1) - lightness(0)) / 40;
        SHARES.slice(1).forEach((t, i) => {
          assert.ok(Math.abs(lightness(t) - lightness(SHARES[i]) - step) < 1, `${id} at ${t}`);
          assert.ok(Math.abs(lightness(t) - lightness(-t)) < 1, `${id} at ±${t}`);
        });
      }
      const magnitudes = SHARES.map((t) => lab(sequentialColour(background, t)).l);
      const rises = magnitudes.slice(1).map((value, i) => Math.sign(value - magnitudes[i]));
      assert.equal(new Set(rises).size, 1);
    }
  });

  it('tell the signs apart also without red or green cones', () => {
    for (const background of BACKGROUNDS) {
      for (const id of IDS) {
        for (const [name, matrix] of Object.entries(DICHROMATS)) {
          const [, a1, b1] = seenBy(matrix, divergingColour(id, background, 0.6));
          const [, a2, b2] = seenBy(matrix, divergingColour(id, background, -0.6));
          assert.ok(Math.hypot(a1 - a2, b1 - b2) > 20, `${id} for ${name}, ${background.kind}`);
        }
      }
    }
  });

  it('are known by their ids alone', () => {
    assert.ok(IDS.every(isRampId));
    for (const wrong of ['toString', '', undefined, 3]) assert.equal(isRampId(wrong), false);
  });
});

describe('the table of colours', () => {
  const scales = fc
    .record({
      sign: fc.constantFrom('signed' as const, 'absolute' as const),
      domain: fc.double({ min: 0, max: 1e6, noNaN: true }),
    })
    .map(({ sign, domain }) => colourScale('blue-orange', BACKGROUNDS[0], sign, domain));

  it('gives each value the pixel of its index', () => {
    const value = fc.oneof(fc.double({ noNaN: false }), fc.double({ min: -2, max: 2 }));
    fc.assert(
      fc.property(scales, fc.array(value), (scale, list) => {
        const pixels = new Uint32Array(list.length);
        colourPixels(scale, Float64Array.from(list), pixels);
        list.forEach((one, i) => {
          const index = colourIndex(scale, one);
          // At an edge between two colours either is right.
          const near = [index - 1, index, index + 1].map((k) => scale.table[k] ?? -1);
          assert.ok(Number.isNaN(one) ? pixels[i] === 0 : near.includes(pixels[i]));
        });
      }),
    );
  });

  it('leaves missing values transparent, and shows zero in the middle', () => {
    const scale = colourScale('blue-red', BACKGROUNDS[0], 'signed', 2);
    assert.equal(scale.table[MISSING], 0);
    assert.equal(cssColour(scale, NaN), undefined);
    assert.equal(colourIndex(scale, 0), 127);
    assert.equal(colourIndex(scale, 2), 254);
    assert.equal(colourIndex(scale, -7), 0);
    assert.equal(
      cssColour(scale, 0),
      rgb(divergingColour('blue-red', BACKGROUNDS[0], 0)).formatHex(),
    );
  });
});
