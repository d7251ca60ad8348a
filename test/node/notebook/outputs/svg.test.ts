import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { heatMapSvg } from '../../../../src/node/notebook/outputs/svg/heatMap';
import { linesSvg } from '../../../../src/node/notebook/outputs/svg/lines';
import { divergingTable, ZERO_INDEX } from '../../../../src/node/notebook/outputs/svg/ramp';
import { writePng } from '../../../../src/node/notebook/outputs/svg/png';
import { matrixOf } from './matrices';

/** Every tag that is opened is closed in turn, and no character is one that XML forbids. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, end, name, alone] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[\w:-]+="[^"<]*")*(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name);
    else if (!alone) open.push(name);
  }
  assert.deepEqual(open, []);
  assert.ok(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(svg));
  assert.ok(!/NaN|undefined|Infinity/.test(svg.replace(/base64,[^"]*/g, '')), svg.slice(0, 300));
}

describe('still pictures', () => {
  it('of palettes are PNG files that others read', () => {
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(size, size, fc.integer(), (width, height, seed) => {
        const pixels = Uint8Array.from({ length: width * height }, (_, i) => (seed + 31 * i) & 255);
        const colours = divergingTable();
        const image = PNG.sync.read(writePng({ width, height, pixels, colours }));
        assert.deepEqual([image.width, image.height], [width, height]);
        pixels.forEach((pixel, i) => {
          const expected = [...colours.subarray(3 * pixel, 3 * pixel + 3), 255];
          assert.deepEqual([...image.data.subarray(4 * i, 4 * i + 4)], expected);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('of a matrix show each cell in the colour of its sign, and layers by name', () => {
    const matrix = { ...matrixOf([2, 1], 2), values: Float64Array.of(1, -1, 0, NaN, 0.5, -0.5) };
    const svg = heatMapSvg(matrix, 'a < b & "c"');
    assertWellFormed(svg);
    assert.match(svg, /a &#60; b &#38; &#34;c&#34;/);
    assert.match(svg, /layer 0.*layer 1/);
    const [, base64] = /base64,([^"]+)"/.exec(svg) ?? [];
    const { data } = PNG.sync.read(Buffer.from(base64, 'base64'));
    const [positive, negative, zero] = [0, 1, 2].map((i) => data.subarray(4 * i, 4 * i + 3));
    assert.ok(positive[0] > positive[2] && negative[2] > negative[0]);
    const white = divergingTable().subarray(3 * ZERO_INDEX, 3 * ZERO_INDEX + 3);
    assert.deepEqual([...zero], [...white]);
  });

  it('of a large matrix show of each group of cells the largest', () => {
    const matrix = matrixOf([4000], 2);
    matrix.values.fill(0);
    matrix.values[2 * 1001] = -3;
    const [, base64] = /base64,([^"]+)"/.exec(heatMapSvg(matrix, 't')) ?? [];
    const image = PNG.sync.read(Buffer.from(base64, 'base64'));
    assert.deepEqual([image.width, image.height], [2, 1024]);
    const row = Math.floor((1001 * 1024) / 4000);
    const first = divergingTable().subarray(0, 3);
    assert.deepEqual([...image.data.subarray(8 * row, 8 * row + 3)], [...first]);
  });

  it('have room for their heading; of a very long one they show the beginning', () => {
    const widthOf = (svg: string): number => Number(/ width="(\d+)"/.exec(svg)?.[1]);
    const pictures = [
      (title: string) => heatMapSvg(matrixOf([4], 3), title),
      (title: string) => linesSvg(title, [{ title: 'R', x: 'x', lines: [] }]),
    ];
    for (const picture of pictures) {
      const short = widthOf(picture('R'));
      const long = picture('half of the neurons pruned, then retrained for long');
      assert.ok(widthOf(long) >= short + 50, `${short}, ${widthOf(long)}`);
      const endless = picture('x'.repeat(200));
      assert.match(endless, />x{89}…</);
      assert.ok(widthOf(endless) < 850);
    }
  });

  it('of matrices without neurons, and of lines of any numbers, are well-formed', () => {
    assertWellFormed(heatMapSvg(matrixOf([0], 3), 'empty'));
    const number = fc.double();
    const points = fc.array(fc.tuple(number, number), { maxLength: 6 });
    fc.assert(
      fc.property(points, fc.string(), (some, name) => {
        const lines = [{ name, colour: '#000', points: some }];
        assertWellFormed(linesSvg(name, [{ title: name, x: 'x', lines }]));
      }),
    );
  });
});
