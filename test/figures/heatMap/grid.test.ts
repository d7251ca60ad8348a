import fc from 'fast-check';
import assert from 'node:assert/strict';
import { blocksOf } from '../../../src/figures/heatMap/blocks';
import { cellsPerBlock, gridOf } from '../../../src/figures/heatMap/grid';
import { strideFor } from '../../../src/figures/heatMap/layout';
import {
  clampViewport,
  maxZoom,
  panBy,
  reveal,
  type Viewport,
  WHOLE,
  zoomAbout,
} from '../../../src/figures/heatMap/viewport';

const windows: fc.Arbitrary<Viewport> = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
  kx: fc.double({ min: 1, max: 30, noNaN: true }),
  ky: fc.double({ min: 1, max: 30, noNaN: true }),
});

function bandsOf(heights: readonly number[]): { label: string; start: number; end: number }[] {
  let start = 0;
  return heights.map((height) => ({ label: 'layer', start, end: (start += height) }));
}

describe('the grid of a heat map', () => {
  const grids = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      windows,
    )
    .filter(([heights]) => heights.some((height) => height > 0))
    .map(([heights, columns, window]) => {
      const rows = heights.reduce((sum, height) => sum + height, 0);
      const box = { x: 60, y: 10, width: 500, height: 400 };
      return gridOf(box, bandsOf(heights), columns, clampViewport(window, columns, rows));
    });

  it('finds each cell at its own middle', () => {
    fc.assert(
      fc.property(grids, fc.nat(), fc.nat(), (grid, r, c) => {
        const row = r % grid.rows;
        const column = c % grid.columns;
        assert.equal(grid.rowAt(grid.yOf(row) + grid.cellHeight / 2), row);
        assert.equal(grid.columnAt(grid.xOf(column) + grid.cellWidth / 2), column);
      }),
    );
  });

  it('knows the cells in sight, and no others', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const { box } = grid;
        const [first, end] = grid.visibleRows();
        for (let row = 0; row < grid.rows; row++) {
          const seen =
            grid.yOf(row) + grid.cellHeight > box.y + 1e-6 &&
            grid.yOf(row) < box.y + box.height - 1e-6;
          if (seen) assert.ok(row >= first && row < end, `row ${row} of ${first}–${end}`);
        }
        const [left, right] = grid.visibleColumns();
        assert.ok(left < right && right <= grid.columns);
      }),
    );
  });

  it('finds nothing in a gap or beside the cells', () => {
    const grid = gridOf({ x: 0, y: 0, width: 100, height: 106 }, bandsOf([5, 5]), 4, WHOLE);
    assert.equal(grid.rowAt(53), undefined);
    assert.equal(grid.rowAt(49), 4);
    assert.equal(grid.rowAt(57), 5);
    assert.equal(grid.columnAt(-1), undefined);
    assert.equal(grid.columnAt(101), undefined);
  });
});

describe('the window of a heat map', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }));

  it('lies within the whole, whatever is asked of it', () => {
    const wild = fc.double();
    fc.assert(
      fc.property(wild, wild, wild, wild, sizes, (x, y, kx, ky, [columns, rows]) => {
        const window = clampViewport({ x, y, kx, ky }, columns, rows);
        assert.ok(window.kx >= 1 && window.kx <= maxZoom(columns));
        assert.ok(window.x >= 0 && window.x + 1 / window.kx <= 1 + 1e-12);
        assert.ok(window.y >= 0 && window.y + 1 / window.ky <= 1 + 1e-12);
      }),
    );
  });

  it('keeps the point under the pointer where it is', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 1, max: 4, noNaN: true }), (px, py, factor) => {
        const before = { x: 0.3, y: 0.2, kx: 2, ky: 2.5 };
        const after = zoomAbout(before, { x: factor, y: factor }, [px, py], 400, 400);
        const at = ({ x, kx }: Viewport): number => x + px / kx;
        assert.ok(Math.abs(at(before) - at(after)) < 1e-9);
      }),
    );
  });

  it('comes back when it is zoomed out', () => {
    const zoomed = zoomAbout(WHOLE, { x: 3, y: 3 }, [0.9, 0.1], 100, 100);
    assert.deepEqual(zoomAbout(zoomed, { x: 1e-9, y: 1e-9 }, [0.2, 0.5], 100, 100), WHOLE);
    assert.deepEqual(panBy(WHOLE, [0.5, -0.5], 100, 100), WHOLE);
  });

  it('moves as little as needed to show something', () => {
    assert.equal(reveal(0.5, 0.6, 0.7, 2), 0.5);
    assert.equal(reveal(0.5, 0.1, 0.2, 2), 0.1);
    assert.ok(Math.abs(reveal(0, 0.8, 0.9, 2) - 0.4) < 1e-12);
    assert.equal(reveal(0.2, 0.4, 0.95, 4), 0.4);
  });
});

describe('blocks of a heat map', () => {
  it('show the value of the largest magnitude, with its sign', () => {
    const value = fc.oneof(fc.constant(NaN), fc.double({ min: -9, max: 9, noNaN: true }));
    const shapes = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(value, { minLength: 81, maxLength: 81 }),
    );
    fc.assert(
      fc.property(shapes, ([rows, columns, height, width, list]) => {
        const values = Float64Array.from(list.slice(0, rows * columns));
        const blocks = blocksOf(values, columns, { start: 0, end: rows }, height, width);
        assert.equal(blocks.rows, Math.ceil(rows / height));
        assert.equal(blocks.columns, Math.ceil(columns / width));
        blocks.values.forEach((shown, i) => {
          const [r, c] = [Math.floor(i / blocks.columns), i % blocks.columns];
          const own = [...values].filter((_, k) => {
            const [row, column] = [Math.floor(k / columns), k % columns];
            return Math.floor(row / height) === r && Math.floor(column / width) === c;
          });
          const known = own.filter((one) => !Number.isNaN(one));
          if (known.length === 0) assert.ok(Number.isNaN(shown));
          else {
            assert.ok(known.includes(shown));
            assert.ok(known.every((one) => Math.abs(one) <= Math.abs(shown)));
          }
        });
      }),
    );
  });

  it('are used only where a cell has no pixel of its own', () => {
    assert.equal(cellsPerBlock(1, 1), 1);
    assert.equal(cellsPerBlock(0.5, 2), 1);
    assert.equal(cellsPerBlock(0.4, 1), 3);
    // A block is never smaller than a pixel.
    for (const size of [0.9, 0.34, 0.2, 0.013]) assert.ok(cellsPerBlock(size, 1) * size >= 1);
  });

  it('leave labels apart', () => {
    assert.equal(strideFor(12, 11), 1);
    assert.equal(strideFor(4, 11), 5);
    assert.equal(strideFor(0.001, 1e9), Infinity);
  });
});
