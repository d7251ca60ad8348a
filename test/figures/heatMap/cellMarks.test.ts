import { PNG } from 'pngjs';
import assert from 'node:assert/strict';
import { colourIndex, colourScale } from '../../../src/figures/colour/colourTable';
import { cellMarks, MAX_SHAPES } from '../../../src/figures/heatMap/cellMarks';
import { gridOf } from '../../../src/figures/heatMap/grid';
import { type Viewport, WHOLE } from '../../../src/figures/heatMap/viewport';
import type { GroupMark, Mark } from '../../../src/figures/marks/marks';

const SCALE = colourScale('blue-orange', { kind: 'light', contrast: false }, 'signed', 1);
const BOX = { x: 10, y: 20, width: 400, height: 300 };

/** The marks themselves, out of all groups. */
function flattened(marks: readonly Mark[]): Exclude<Mark, GroupMark>[] {
  return marks.flatMap((mark) => (mark.kind === 'group' ? flattened(mark.marks) : [mark]));
}

function marksOf(heights: readonly number[], columns: number, viewport: Viewport, block = 1) {
  let rows = 0;
  const bands = heights.map((height, i) => {
    return { label: `layer ${i}`, start: rows, end: (rows += height) };
  });
  const values = Float64Array.from({ length: rows * columns }, (_, i) => {
    return i % 7 === 3 ? NaN : Math.sin(i);
  });
  const grid = gridOf(BOX, bands, columns, viewport);
  const pruned = new Uint8Array(rows);
  const name = String;
  const data = { values, pruned, bands, columns, rowLabel: name, columnLabel: name };
  const size = { rows: block, columns: block };
  const marks = flattened([cellMarks(data, grid, SCALE, size)]);
  return { marks, grid, values };
}

const imagesOf = (marks: readonly Mark[]) =>
  marks.flatMap((mark) => (mark.kind === 'image' ? [mark] : []));

const pixelsOf = (href: string): PNG => PNG.sync.read(Buffer.from(href.split(',')[1], 'base64'));

describe('cells in a file', () => {
  it('are shapes up to a number, and beyond it an image a layer', () => {
    const columns = 40;
    const few = marksOf([MAX_SHAPES / columns], columns, WHOLE).marks;
    assert.ok(few.length > 0 && few.every(({ kind }) => kind === 'path'));
    const many = marksOf([MAX_SHAPES / columns, 1], columns, WHOLE).marks;
    assert.deepEqual(
      many.map(({ kind }) => kind),
      ['image', 'image'],
    );
  });

  it('have the colour of their value in an image, and none where it is missing', () => {
    const { marks, grid, values } = marksOf([90, 30], 50, WHOLE);
    const [first, second] = imagesOf(marks);
    assert.deepEqual([first.x, first.y], [grid.xOf(0), grid.yOf(0)]);
    assert.ok(Math.abs(second.y - grid.yOf(90)) < 1e-9);
    assert.ok(Math.abs(first.height - 90 * grid.cellHeight) < 1e-9);
    const image = pixelsOf(first.href);
    assert.deepEqual([image.width, image.height], [50, 90]);
    for (let i = 0; i < 90 * 50; i++) {
      assert.equal(image.data.readUInt32LE(4 * i), SCALE.table[colourIndex(SCALE, values[i])]);
    }
  });

  it('are as many in an image as are in sight, at their place', () => {
    const viewport = { x: 0.25, y: 0.5, kx: 2, ky: 2 };
    const { marks, grid } = marksOf([200], 100, viewport);
    const [image] = imagesOf(marks);
    const { width, height } = pixelsOf(image.href);
    assert.deepEqual([width, height], [50, 100]);
    assert.ok(Math.abs(image.x - grid.xOf(25)) < 1e-9);
    assert.ok(Math.abs(image.y - grid.yOf(100)) < 1e-9);
    assert.ok(Math.abs(image.width - BOX.width) < 1e-9);
  });

  it('of a block are one pixel, with the value of the largest magnitude', () => {
    const { marks, grid } = marksOf([301], 201, WHOLE, 2);
    const [image] = imagesOf(marks);
    const { width, height } = pixelsOf(image.href);
    assert.deepEqual([width, height], [101, 151]);
    // The last block is cut where the cells end.
    assert.ok(Math.abs(image.width - 202 * grid.cellWidth) < 1e-9);
  });
});
