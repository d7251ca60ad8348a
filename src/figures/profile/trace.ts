import { line, scaleLinear } from 'd3';
import type { Palette } from '../colour/palette';
import type { Mark } from '../marks/marks';
import { shortNumber } from '../text/numbers';

/** A number at each stop of the time slider. */
export interface TraceData {
  /** NaN if it is undefined or not loaded yet, which makes a gap. */
  readonly values: readonly number[];
  /** First stop of each section; lines do not connect sections. */
  readonly sections: readonly number[];
  /** The current stop. */
  readonly current: number;
  readonly domain: readonly [least: number, greatest: number];
}

export const TRACE_HEIGHT = 96;
const LEFT = 30;
const RIGHT = 8;
const TOP = 6;
const BOTTOM = 18;

/** A line over the stops, with gaps for missing values. */
export function traceMarks(data: TraceData, width: number, palette: Palette): Mark[] {
  const { values, sections, current, domain } = data;
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [LEFT, width - RIGHT]);
  const bottom = TRACE_HEIGHT - BOTTOM;
  const y = scaleLinear(domain, [bottom, TOP]).nice(3);
  const draw = line<number>()
    .defined((i) => !Number.isNaN(values[i]))
    .x((i) => x(i))
    .y((i) => y(values[i]))
    .digits(2);
  const bounds = [...sections, values.length];
  const lines = sections.flatMap((from, s): Mark[] => {
    const stops = Array.from({ length: bounds[s + 1] - from }, (_, i) => from + i);
    const known = stops.filter((i) => !Number.isNaN(values[i]));
    const points = values.length <= 60 || known.length <= 2 ? known : [];
    return [
      { kind: 'path', d: draw(stops) ?? '', stroke: palette.text, strokeWidth: 1.5 },
      ...points.map((i): Mark => ({
        kind: 'rect',
        x: x(i) - 1.5,
        y: y(values[i]) - 1.5,
        width: 3,
        height: 3,
        fill: palette.text,
      })),
    ];
  });
  const ticks = y.ticks(3).flatMap((tick): Mark[] => [
    {
      kind: 'line',
      x1: LEFT,
      x2: width - RIGHT,
      y1: y(tick),
      y2: y(tick),
      stroke: palette.grid,
      strokeWidth: 0.75,
    },
    {
      kind: 'text',
      x: LEFT - 5,
      y: y(tick),
      text: shortNumber(tick),
      size: 10,
      anchor: 'end',
      baseline: 'middle',
      fill: palette.muted,
    },
  ]);
  const names: Mark[] = [
    { kind: 'text', x: LEFT, y: TRACE_HEIGHT - 4, text: 'training', size: 10, fill: palette.muted },
  ];
  if (sections.length > 1) {
    const at = x(sections[1] - 0.5);
    const text = 'pruning ratios';
    names.push(
      { kind: 'line', x1: at, x2: at, y1: TOP, y2: bottom, stroke: palette.muted, dash: [2, 3] },
      {
        kind: 'text',
        x: Math.min(at + 4, width - RIGHT - 70),
        y: TRACE_HEIGHT - 4,
        text,
        size: 10,
        fill: palette.muted,
      },
    );
  }
  const now: Mark = {
    kind: 'line',
    x1: x(current),
    x2: x(current),
    y1: TOP,
    y2: bottom,
    stroke: palette.accent,
    strokeWidth: 2,
  };
  return [...ticks, ...names, now, ...lines];
}
