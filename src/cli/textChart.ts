import type { MaybeNumber } from '../core/experiment/metricsRow';
import { ASCII_MARKS, PlotArea, type LineStyle } from './plotArea';
import { domainOf, ticksOf, type Domain, type Tick } from './ticks';

/** A line of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** Unique in the chart, for the legend. */
  readonly style: LineStyle;
  /** In drawing order; an undefined y interrupts the line. */
  readonly points: readonly (readonly [x: number, y: MaybeNumber])[];
}

/** Options of {@link textChart}. */
export interface ChartOptions {
  /** Label of the vertical axis, above the chart. */
  readonly yLabel: string;
  /** Label of the horizontal axis, below the chart. */
  readonly xLabel: string;
  /** Characters of a line, at least 30. */
  readonly width: number;
  /** Lines of the plot itself. */
  readonly height: number;
  /** Whether to draw braille dots and box characters instead of ASCII. */
  readonly unicode: boolean;
}

interface Frame {
  readonly left: string;
  readonly leftTick: string;
  readonly corner: string;
  readonly bottom: string;
  readonly bottomTick: string;
}

const UNICODE_FRAME: Frame = {
  left: '│',
  leftTick: '┤',
  corner: '└',
  bottom: '─',
  bottomTick: '┬',
};
const ASCII_FRAME: Frame = { left: '|', leftTick: '+', corner: '+', bottom: '-', bottomTick: '+' };

const UNICODE_SAMPLES: Readonly<Record<keyof typeof ASCII_MARKS, string>> = {
  solid: '──',
  dotted: '··',
  dashed: '╌╌',
  marks: '×',
};

/** Draws series as text: an axis with numbers on the left and at the bottom, a legend below. */
export function textChart(series: readonly ChartSeries[], options: ChartOptions): string {
  const { width, height, unicode, xLabel, yLabel } = options;
  const points = series.flatMap((one) => definedPoints(one));
  if (points.length === 0) return `${yLabel}: no value is defined, so there is nothing to draw`;
  const xDomain = domainOf(points.map(([x]) => x));
  const yDomain = domainOf(points.map(([, y]) => y));
  const yTicks = ticksOf(yDomain, Math.max(2, Math.floor(height / 4)));
  const margin = Math.max(...yTicks.map(({ label }) => label.length));
  const columns = Math.max(10, width - margin - 2);
  const area = new PlotArea(columns, height, unicode);
  const toX = (x: number): number => scale(x, xDomain, area.dotsAcross - 1);
  const toY = (y: number): number => area.dotsDown - 1 - scale(y, yDomain, area.dotsDown - 1);

  // The first series is drawn last, since in ASCII later characters cover earlier ones.
  for (const { points: path, style } of [...series].reverse()) {
    for (const piece of piecesOf(path)) {
      area.draw(
        piece.map(([x, y]) => [toX(x), toY(y)]),
        style,
      );
    }
  }

  const frame = unicode ? UNICODE_FRAME : ASCII_FRAME;
  const labels = new Map(yTicks.map(({ value, label }) => [area.lineOf(toY(value)), label]));
  const plot = area.toLines().map((line, l) => {
    const label = labels.get(l);
    const axis = label === undefined ? frame.left : frame.leftTick;
    return `${(label ?? '').padStart(margin)} ${axis}${line}`;
  });
  const xTicks = ticksOf(xDomain, Math.max(2, Math.floor(columns / 20)));
  const placed = xTicks.map((tick) => ({ ...tick, column: area.columnOf(toX(tick.value)) }));
  const indent = ' '.repeat(margin + 1);
  return [
    yLabel,
    ...plot,
    indent + bottomAxis(placed, columns, frame),
    `${indent} ${tickLabels(placed, columns)}`,
    centred(xLabel, columns, indent.length + 1),
    ...legend(series, width, unicode),
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

function definedPoints({ points }: ChartSeries): [x: number, y: number][] {
  return points.flatMap(([x, y]): [number, number][] => (y === null ? [] : [[x, y]]));
}

/** The parts of a line between missing values. */
function piecesOf(points: ChartSeries['points']): [x: number, y: number][][] {
  const pieces: [number, number][][] = [[]];
  for (const [x, y] of points) {
    if (y === null) pieces.push([]);
    else pieces[pieces.length - 1].push([x, y]);
  }
  return pieces.filter((piece) => piece.length > 0);
}

function scale(value: number, [least, greatest]: Domain, length: number): number {
  return Math.round(((value - least) / (greatest - least)) * length);
}

interface PlacedTick extends Tick {
  readonly column: number;
}

function bottomAxis(ticks: readonly PlacedTick[], columns: number, frame: Frame): string {
  const line = Array.from({ length: columns }, () => frame.bottom);
  for (const { column } of ticks) line[column] = frame.bottomTick;
  return frame.corner + line.join('');
}

/** Labels centred below their ticks; labels that would touch their neighbour are omitted. */
function tickLabels(ticks: readonly PlacedTick[], columns: number): string {
  let line = '';
  for (const { column, label } of ticks) {
    const centre = column - Math.floor(label.length / 2);
    const start = Math.max(0, Math.min(centre, columns - label.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + label;
  }
  return line;
}

function centred(text: string, columns: number, indent: number): string {
  return ' '.repeat(indent + Math.max(0, Math.floor((columns - text.length) / 2))) + text;
}

function sampleOf(style: LineStyle, unicode: boolean): string {
  if (typeof style !== 'string') return style.letter;
  return unicode ? UNICODE_SAMPLES[style] : ASCII_MARKS[style];
}

function legend(series: readonly ChartSeries[], width: number, unicode: boolean): string[] {
  const lines: string[] = [];
  for (const { name, style } of series) {
    const entry = `  ${sampleOf(style, unicode)} ${name}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + entry.length <= width) {
      lines[lines.length - 1] = last + entry;
    } else {
      lines.push(entry);
    }
  }
  return lines;
}
