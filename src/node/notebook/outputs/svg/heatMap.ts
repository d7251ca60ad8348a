import type { AttributionMatrix, MatrixValues } from '../../../../core/attribution/matrix';
import { numberText } from '../../kernel/numbers';
import { document, headingOf, label, tag } from './markup';
import { writePng } from './png';
import { divergingCss, divergingIndex, divergingTable } from './ramp';

const LEFT = 64;
const TOP = 44;
const BOTTOM = 56;
const RIGHT = 16;
/** What the cells take, in pixels, at most and at least. */
const WIDEST = 640;
const HIGHEST = 480;
const MOST_CELL = 14;
const LEAST_SIDE = 60;
/** Longer sides are drawn by groups of rows or columns. */
const MOST_PIXELS = 1024;

/** A matrix as a still picture: neurons down, features across, layers apart. */
export function heatMapSvg(matrix: AttributionMatrix<MatrixValues>, title: string): string {
  const { neurons, features, layers } = matrix;
  const domain = largestMagnitude(matrix.values);
  const width = side(features, WIDEST);
  const height = side(neurons, HIGHEST);
  const y = (row: number): number => TOP + (row / Math.max(1, neurons)) * height;
  const picture = pictureOf(matrix, domain);
  const cells = tag('image', {
    x: LEFT,
    y: TOP,
    width,
    height,
    preserveAspectRatio: 'none',
    style: 'image-rendering: pixelated',
    href: `data:image/png;base64,${picture.toString('base64')}`,
  });
  const frame = tag('rect', { x: LEFT, y: TOP, width, height, fill: 'none', stroke: '#666' });
  const bands = layers.map(({ layer, start, end }) => {
    const line =
      start > 0 && end > start
        ? tag('line', { x1: LEFT, x2: LEFT + width, y1: y(start), y2: y(start), stroke: '#222' })
        : '';
    const middle = (y(start) + y(end)) / 2 + 4;
    const name = label(LEFT - 6, middle, `layer ${layer}`, { 'text-anchor': 'end' });
    return end > start ? line + name : '';
  });
  const heading = headingOf(LEFT, title);
  const total = Math.ceil(Math.max(LEFT + Math.max(width, 220), heading.end)) + RIGHT;
  const axis = label(LEFT + width / 2, TOP - 6, `${features} features`, {
    'text-anchor': 'middle',
    fill: '#444',
  });
  const legend = legendSvg(domain, TOP + height + 14);
  const alternative = `${title}: ${neurons} neurons by ${features} features`;
  return document(
    total,
    TOP + height + BOTTOM,
    alternative,
    [heading.text, axis, cells, frame, ...bands, legend].join(''),
  );
}

function side(count: number, most: number): number {
  return Math.max(LEAST_SIDE, Math.min(most, count * MOST_CELL));
}

function legendSvg(domain: number, y: number): string {
  const steps = 33;
  const width = 200;
  const bar = Array.from({ length: steps }, (_, i) =>
    tag('rect', {
      x: LEFT + (i * width) / steps,
      y,
      width: width / steps + 0.5,
      height: 10,
      fill: divergingCss((2 * i) / (steps - 1) - 1),
    }),
  );
  const number = (x: number, text: string, anchor: string): string =>
    label(x, y + 23, text, { 'text-anchor': anchor });
  return [
    ...bar,
    number(LEFT, numberText(-domain), 'start'),
    number(LEFT + width / 2, '0', 'middle'),
    number(LEFT + width, numberText(domain), 'end'),
  ].join('');
}

/** A pixel for each cell, or for each group of cells, of which the one of largest magnitude is drawn. */
function pictureOf(
  { neurons, features, values }: AttributionMatrix<MatrixValues>,
  domain: number,
): Buffer {
  const width = Math.max(1, Math.min(features, MOST_PIXELS));
  const height = Math.max(1, Math.min(neurons, MOST_PIXELS));
  const shown = new Float64Array(width * height).fill(NaN);
  for (let k = 0; k < neurons; k++) {
    const y = Math.floor((k * height) / neurons);
    for (let f = 0; f < features; f++) {
      const pixel = y * width + Math.floor((f * width) / features);
      const value = values[k * features + f];
      if (!(Math.abs(value) <= Math.abs(shown[pixel]))) {
        if (!Number.isNaN(value)) shown[pixel] = value;
      }
    }
  }
  const pixels = Uint8Array.from(shown, (value) => divergingIndex(value, domain));
  return writePng({ width, height, pixels, colours: divergingTable() });
}

function largestMagnitude(values: MatrixValues): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}
