import { counted } from '../../../core/counted';
import type { Palette } from '../../../figures/colour/palette';
import type { Line, LinesChart } from '../../../figures/lines/data';
import { axisMarks, gridMarks, notesOf, referenceMarks } from '../../../figures/lines/frame';
import { isInside, layoutLines, type LinesLayout, type Zoom } from '../../../figures/lines/layout';
import type { Box, Mark } from '../../../figures/marks/marks';
import { setAttributes, svgElement, uniqueId } from '../../shared/dom';
import { drawSvg } from '../../shared/drawMarks';
import { Frame } from '../../shared/frame';
import { ChartSurface } from '../../shared/surface';
import { drawGrowth, drawLines } from './draw';
import { growthOf } from './growth';
import { type Highlight, highlightMarks } from './highlight';
import { lineWithId, nearestPoint, type Picked, type Step, walk } from './pick';
import { brushed, scaledAbout } from './zooming';

/** Largest distance from the pointer in pixels, to inspect a point and to open one. */
const INSPECT_RADIUS = 48;
const OPEN_RADIUS = 14;
/** A shorter drag is a click. */
const MIN_DRAG = 6;

const STEPS: Readonly<Record<string, Step>> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** Events of a chart. */
export interface LinesEvents {
  /** The inspected point; undefined if no point is inspected any more. */
  inspect(picked: Picked | undefined, by: 'pointer' | 'keyboard'): void;
  open(picked: Picked): void;
  /** Domains that were chosen, by quantity. */
  zoom(domains: Zoom): void;
  zoomOut(): void;
}

const KEYS =
  'Left and right arrows move along the line, up and down to other lines, Home and End to its ends. ' +
  'Enter opens the point’s matrix. Plus and minus zoom, Escape shows all.';

/** A chart of lines on the screen: drawn, pointed at, brushed, and walked through by keyboard. */
export class LinesView<L extends Line = Line> {
  readonly element: HTMLElement;
  private readonly surface: ChartSurface;
  private readonly highlightLayer = svgElement({ 'aria-hidden': 'true', focusable: 'false' });
  private readonly prefix = uniqueId('highlights');
  private readonly pointing = new Frame(() => this.point());
  private current: LinesLayout<L> | undefined;
  private palette: Palette | undefined;
  /** Device pixel ratio of the last drawing. */
  private drawnRatio = 0;
  private highlights: readonly Highlight[] = [];
  private pointer: readonly [x: number, y: number] | undefined;
  private dragFrom: readonly [x: number, y: number] | undefined;
  private cursor: { readonly line: string; readonly point: number } | undefined;

  constructor(private readonly events: LinesEvents) {
    this.surface = new ChartSurface('', KEYS, 'page');
    this.element = this.surface.element;
    this.element.classList.add('lines');
    this.element.append(this.highlightLayer);
    this.listen();
  }

  /** The drawn layout; undefined before the first drawing. */
  get layout(): LinesLayout<L> | undefined {
    return this.current;
  }

  /** Draws a chart at the size that the element has. */
  show(chart: LinesChart<L>, zoom: Zoom, palette: Palette): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    const layout = layoutLines(chart, { width, height }, zoom);
    const { ratio } = this.surface;
    const isSamePalette = this.palette === palette && this.drawnRatio === ratio;
    const grown = this.current && isSamePalette ? growthOf(this.current, layout) : undefined;
    this.palette = palette;
    this.drawnRatio = ratio;
    this.current = layout;
    if (grown) {
      drawGrowth(this.surface.context, layout, grown, palette);
      if (grown.length > 0) this.drawHighlights();
      return;
    }
    setAttributes(this.element, { 'aria-label': labelOf(layout) });
    this.surface.begin(width, height);
    this.surface.paint(gridMarks(layout, palette), palette);
    drawLines(this.surface.context, layout, palette);
    this.surface.overlay([...axisMarks(layout, palette), ...referenceMarks(layout, palette)]);
    setAttributes(this.highlightLayer, { viewBox: `0 0 ${width} ${height}` });
    this.highlightLayer.style.width = `${width}px`;
    this.highlightLayer.style.height = `${height}px`;
    this.drawHighlights();
  }

  /** Highlights points with their labels. */
  highlight(highlights: readonly Highlight[]): void {
    if (highlights.length === 0 && this.highlights.length === 0) return;
    this.highlights = highlights;
    this.drawHighlights();
  }

  dispose(): void {
    this.pointing.dispose();
    this.element.remove();
  }

  private listen(): void {
    const { element } = this;
    element.addEventListener('pointermove', (event) => {
      this.pointer = this.surface.place(event);
      this.pointing.request();
    });
    element.addEventListener('pointerleave', () => {
      this.pointer = undefined;
      this.pointing.request();
    });
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.dragFrom = this.surface.place(event);
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener('pointerup', (event) => this.release(this.surface.place(event)));
    element.addEventListener('pointercancel', () => {
      this.dragFrom = undefined;
      this.drawHighlights();
    });
    element.addEventListener('dblclick', () => this.events.zoomOut());
    element.addEventListener('keydown', (event) => this.press(event));
    element.addEventListener('focus', () => {
      if (element.matches(':focus-visible')) this.go(this.placeOfCursor());
    });
    element.addEventListener('blur', () => this.events.inspect(undefined, 'keyboard'));
  }

  private point(): void {
    const { current, pointer } = this;
    if (!current) return;
    if (this.dragFrom && pointer && this.isDrag(this.dragFrom, pointer)) {
      this.drawHighlights();
      return;
    }
    const picked = pointer && nearestPoint(current, pointer[0], pointer[1], INSPECT_RADIUS);
    this.element.classList.toggle('on-point', picked !== undefined);
    this.events.inspect(picked, 'pointer');
  }

  private release(to: readonly [number, number]): void {
    const { current, dragFrom: from } = this;
    this.dragFrom = undefined;
    if (!current || !from) return;
    if (this.isDrag(from, to)) {
      this.drawHighlights();
      this.events.zoom(brushed(current, from, to));
      return;
    }
    const picked = nearestPoint(current, to[0], to[1], OPEN_RADIUS);
    if (picked) this.events.open(picked);
  }

  private isDrag(
    [x0, y0]: readonly [number, number],
    [x1, y1]: readonly [number, number],
  ): boolean {
    return Math.hypot(x1 - x0, y1 - y0) >= MIN_DRAG;
  }

  private press(event: KeyboardEvent): void {
    const { current } = this;
    if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.placeOfCursor();
    if (event.key in STEPS) this.go(walk(current, place, STEPS[event.key]));
    else if (event.key === 'Enter' && place) this.events.open(place);
    else if (event.key === '+' || event.key === '=') this.events.zoom(this.about(place, 0.5));
    else if (event.key === '-') this.events.zoom(this.about(place, 2));
    else if (event.key === 'Escape' || event.key === '0') this.events.zoomOut();
    else return;
    event.preventDefault();
  }

  private about(place: Picked | undefined, factor: number): Zoom {
    const layout = this.current as LinesLayout<L>;
    const line = place && layout.shapes[place.line].line;
    return scaledAbout(layout, line && [line.x[place.point], line.y[place.point]], factor);
  }

  private go(place: Picked | undefined): void {
    const { current } = this;
    if (!current) return;
    const there = place ?? walk(current, undefined, 'first');
    if (!there) return;
    this.cursor = { line: current.shapes[there.line].line.id, point: there.point };
    this.events.inspect(there, 'keyboard');
  }

  /** The cursor keeps its line when other lines are added or removed. */
  private placeOfCursor(): Picked | undefined {
    const { cursor, current } = this;
    if (!cursor || !current) return undefined;
    const line = lineWithId(current, cursor.line);
    const points = current.shapes[line]?.points;
    const { point } = cursor;
    return points && isInside(current.plot, points[2 * point], points[2 * point + 1])
      ? { line, point }
      : undefined;
  }

  private drawHighlights(): void {
    const { current, palette } = this;
    if (!current || !palette) return;
    const marks = highlightMarks(current, this.highlights, palette);
    drawSvg(
      this.highlightLayer,
      [...marks, ...this.brushMarks(current.plot, palette)],
      this.prefix,
    );
  }

  private brushMarks(plot: Box, { accent }: Palette): Mark[] {
    const { dragFrom: from, pointer: to } = this;
    if (!from || !to || !this.isDrag(from, to)) return [];
    const clampX = (x: number): number => Math.max(plot.x, Math.min(plot.x + plot.width, x));
    const clampY = (y: number): number => Math.max(plot.y, Math.min(plot.y + plot.height, y));
    const [x0, x1] = [clampX(from[0]), clampX(to[0])].sort((a, b) => a - b);
    const [y0, y1] = [clampY(from[1]), clampY(to[1])].sort((a, b) => a - b);
    const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    return [
      { kind: 'rect', ...box, fill: accent, opacity: 0.12 },
      { kind: 'rect', ...box, fill: 'none', stroke: accent, strokeWidth: 1 },
    ];
  }
}

function labelOf(layout: LinesLayout): string {
  const { chart, shapes } = layout;
  const count = counted(shapes.length, 'line');
  const notes = notesOf(layout).map((note) => ` ${note}.`);
  return `${chart.title} against ${chart.x.label}, ${count}.${notes.join('')}`;
}
