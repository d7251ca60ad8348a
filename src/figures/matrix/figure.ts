import { FEATURE_BARS_HEIGHT, layoutFeatureBars } from '../bars/featureBars';
import { layoutNeuronBars } from '../bars/neuronBars';
import { legendMarks } from '../colour/legend';
import { FIGURE_PALETTES, type FigureTheme } from '../colour/palette';
import { type BlockSize, cellMarks } from '../heatMap/cellMarks';
import type { HeatMapData } from '../heatMap/grid';
import { layoutHeatMap, MARGIN } from '../heatMap/layout';
import type { Viewport } from '../heatMap/viewport';
import { fitted } from '../marks/marks';
import type { Figure } from '../marks/svgText';
import type { Colours, Picture } from './compose';

const HEADER = 46;
const BARS_WIDTH = 176;
const EDGE = 12;
/**
 * Largest number of cells that a figure draws individually; larger matrices are reduced to blocks as on
 * screen. {@link cellMarks} says how they are drawn and how large files become.
 */
const MAX_CELLS = 150_000;

/** Texts above a figure. */
export interface FigureTexts {
  readonly title: string;
  readonly subtitle: string;
}

/**
 * The figure of a matrix: heat map, bars, axes, legend and title, in the colours of a theme.
 * @param viewport the visible part
 */
export function matrixFigure(
  picture: Picture,
  colours: Colours,
  theme: FigureTheme,
  viewport: Viewport,
  { title, subtitle }: FigureTexts,
): Figure {
  const palette = FIGURE_PALETTES[theme];
  const { heat } = picture;
  const block = blockSize(heat, viewport);
  const rows = heat.bands.reduce((sum, { start, end }) => sum + end - start, 0);
  const cells = { width: 460, height: Math.max(180, Math.min(640, (rows / viewport.ky) * 7)) };
  const size = {
    width: cells.width + MARGIN.left + MARGIN.right,
    height: cells.height + MARGIN.top + MARGIN.bottom,
  };
  const map = layoutHeatMap(heat, size, viewport, palette);
  const bars = layoutNeuronBars(picture.neurons, map.grid, BARS_WIDTH, palette);
  const tops = layoutFeatureBars(picture.features, map.grid, palette);
  const below = HEADER + FEATURE_BARS_HEIGHT;
  const width = EDGE + size.width + BARS_WIDTH + EDGE;
  const height = below + size.height + EDGE;
  const legend = { x: EDGE + size.width + 6, y: HEADER + 4, width: BARS_WIDTH - 50, height: 44 };
  const blocks =
    block.rows * block.columns > 1
      ? ` Each cell drawn is the one of the largest magnitude among ${block.rows} × ${block.columns} cells.`
      : '';
  return {
    width,
    height,
    title,
    description: `${subtitle}.${blocks}`,
    background: palette.background === 'none' ? undefined : palette.background,
    marks: [
      { ...heading(title, 14, width, 'bold'), y: 20, fill: palette.text },
      { ...heading(subtitle, 11, width), y: 37, fill: palette.muted },
      ...legendMarks(colours, legend, palette),
      { kind: 'group', translate: [EDGE, HEADER], marks: [...tops.bars, ...tops.axes] },
      {
        kind: 'group',
        translate: [EDGE, below],
        marks: [...map.background, cellMarks(heat, map.grid, colours.scale, block), ...map.axes],
      },
      {
        kind: 'group',
        translate: [EDGE + size.width, below],
        marks: [...bars.bars, ...bars.axes],
      },
    ],
  };
}

/** A line above the charts, shortened to fit; the title and description have the whole text. */
function heading(text: string, size: number, width: number, weight: 'normal' | 'bold' = 'normal') {
  // Bold letters are about 20% wider.
  const shown = fitted(text, width - 2 * EDGE, weight === 'bold' ? 1.2 * size : size);
  return { kind: 'text', x: EDGE, text: shown, size, weight } as const;
}

/** One cell per block, or larger blocks if there are too many cells for a file. */
function blockSize({ values, columns }: HeatMapData, { kx, ky }: Viewport): BlockSize {
  const rows = values.length / Math.max(1, columns);
  const block = { rows: 1, columns: 1 };
  const across = (): number => columns / kx / block.columns;
  const down = (): number => rows / ky / block.rows;
  while (across() * down() > MAX_CELLS) {
    if (down() > across()) block.rows++;
    else block.columns++;
  }
  return block;
}
