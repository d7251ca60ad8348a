import { numberText } from '../../kernel/numbers';
import { document, escapeXml, headingOf, label, tag } from './markup';

/** A line of a chart: points in order of x, NaN where there is none. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A chart beside others. */
export interface Panel {
  readonly title: string;
  readonly x: string;
  readonly lines: readonly Line[];
}

const WIDTH = 330;
const HEIGHT = 230;
const INSET = { left: 56, right: 14, top: 34, bottom: 42 } as const;
const LEGEND = 20;
const HEADING = 26;
const MOST_DOTS = 100;
const MOST_POINTS = 600;

/** Line charts side by side, with one legend. */
export function linesSvg(title: string, panels: readonly Panel[]): string {
  const height = HEADING + HEIGHT + LEGEND;
  const heading = headingOf(INSET.left, title);
  const width = Math.ceil(Math.max(WIDTH * panels.length, heading.end + INSET.right));
  const charts = panels.map((panel, i) =>
    tag('g', { transform: `translate(${i * WIDTH} ${HEADING})` }, panelSvg(panel)),
  );
  const named = new Map(panels.flatMap(({ lines }) => lines).map((line) => [line.name, line]));
  let x: number = INSET.left;
  const legend = [...named.values()].map((line) => {
    const y = HEADING + HEIGHT + 8;
    const mark = tag('line', { x1: x, x2: x + 22, y1: y, y2: y, ...strokeOf(line) });
    const text = label(x + 28, y + 4, line.name);
    x += 44 + 6.5 * line.name.length;
    return mark + text;
  });
  return document(width, height, title, [heading.text, ...charts, ...legend].join(''));
}

function panelSvg({ title, x: xName, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points).filter((point) => point.every(isDrawn));
  const right = WIDTH - INSET.right;
  const bottom = HEIGHT - INSET.bottom;
  if (points.length === 0) {
    return label(INSET.left, INSET.top + 20, `${title}: nothing to show`, { fill: '#444' });
  }
  const [x0, x1] = extent(points.map(([px]) => px));
  const [y0, y1] = extent(points.map(([, py]) => py));
  const sx = (v: number): number => INSET.left + ((v - x0) / (x1 - x0)) * (right - INSET.left);
  const sy = (v: number): number => bottom - ((v - y0) / (y1 - y0)) * (bottom - INSET.top);
  const grid = ticks(y0, y1).map(
    (v) =>
      tag('line', { x1: INSET.left, x2: right, y1: sy(v), y2: sy(v), stroke: '#ddd' }) +
      label(INSET.left - 6, sy(v) + 4, numberText(v), { 'text-anchor': 'end' }),
  );
  const below = ticks(x0, x1).map((v) =>
    label(sx(v), bottom + 16, numberText(v), { 'text-anchor': 'middle' }),
  );
  const axis = tag('line', { x1: INSET.left, x2: right, y1: bottom, y2: bottom, stroke: '#666' });
  const names =
    label(INSET.left, INSET.top - 10, title, { fill: '#444' }) +
    label((INSET.left + right) / 2, bottom + 32, xName, { 'text-anchor': 'middle', fill: '#444' });
  const curves = lines.map((line) => {
    const shown = thinned(line.points.filter((point) => point.every(isDrawn)));
    const path = shown.map(([px, py]) => `${round(sx(px))},${round(sy(py))}`).join(' ');
    const dots =
      line.dashed || shown.length > MOST_DOTS
        ? ''
        : shown.map(([px, py]) =>
            tag('circle', { cx: sx(px), cy: sy(py), r: 2, fill: line.colour }),
          );
    return (
      tag('polyline', { points: path, fill: 'none', ...strokeOf(line) }) + [dots].flat().join('')
    );
  });
  return [...grid, axis, ...below, names, ...curves].join('');
}

/** What a chart has room for: no number is near the largest that there is. */
function isDrawn(value: number): boolean {
  return Math.abs(value) < 1e100;
}

/** As many points as a line of some hundred pixels can show, the last among them. */
function thinned<T>(points: readonly T[]): readonly T[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1);
}

function strokeOf({ colour, dashed }: Line): Record<string, string | number> {
  return {
    stroke: escapeXml(colour),
    'stroke-width': 1.5,
    ...(dashed && { 'stroke-dasharray': '4 3' }),
  };
}

function extent(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  // Numbers that hardly differ are drawn as one.
  if (!(greatest - least > 1e-9 * size) || size < 1e-100) {
    const room = size > 1e-100 ? 0.1 * size : 1;
    return [least - room, greatest + room];
  }
  const margin = 0.05 * (greatest - least);
  return [least >= 0 && least < 4 * margin ? 0 : least - margin, greatest + margin];
}

/** Three to six round numbers between the ends. */
function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((s) => s >= rough) ?? rough;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
