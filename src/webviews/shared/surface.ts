import type { Palette } from '../../figures/colour/palette';
import type { Mark } from '../../figures/marks/marks';
import { element, setAttributes, svgElement, svgGroup, uniqueId } from './dom';
import { type Context, drawCanvas, drawSvg } from './drawMarks';

/**
 * The element that a chart is drawn on: a canvas for lines and cells, and SVG on top of it for axes and texts.
 * It is one tab stop, and sharp on every screen.
 */
export class ChartSurface {
  readonly element: HTMLElement;
  readonly context: Context;
  private readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  private readonly svg = svgElement({ 'aria-hidden': 'true', focusable: 'false' });
  private readonly axes = svgGroup();
  private readonly pointed = svgGroup();
  private overlaid: readonly Mark[] | undefined;
  private readonly prefix = uniqueId('chart');
  private width = 0;
  private height = 0;

  /**
   * @param label the chart's name for a screen reader
   * @param keys how it is used by keyboard
   * @param sizedBy what gives the element its size: the drawing, or the page, which may then shrink it again
   */
  constructor(
    label: string,
    keys: string,
    private readonly sizedBy: 'drawing' | 'page' = 'drawing',
  ) {
    this.element = element(
      'div',
      {
        class: 'chart',
        tabindex: 0,
        role: 'application',
        'aria-roledescription': 'chart',
        'aria-label': label,
        'aria-description': keys,
      },
      this.canvas,
      this.svg,
    );
    this.svg.append(this.axes, this.pointed);
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('the page has no canvas to draw on');
    this.context = context;
  }

  /** Device pixel ratio. */
  get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  /** Clears the canvas and makes it this large, in CSS pixels. */
  begin(width: number, height: number): void {
    const { ratio, canvas } = this;
    if (
      width !== this.width ||
      height !== this.height ||
      canvas.width !== Math.round(width * ratio)
    ) {
      this.width = width;
      this.height = height;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const own = this.sizedBy === 'drawing' ? [this.element] : [];
      for (const { style } of [...own, canvas, this.svg]) {
        style.width = `${width}px`;
        style.height = `${height}px`;
      }
      setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}` });
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
  }

  /** Draws on the canvas. */
  paint(marks: readonly Mark[], { font }: Palette): void {
    drawCanvas(this.context, marks, font);
  }

  /** Replaces the marks in the SVG on top. */
  overlay(marks: readonly Mark[]): void {
    if (marks === this.overlaid) return;
    this.overlaid = marks;
    drawSvg(this.axes, marks, this.prefix);
  }

  /** Replaces the marks above all others: the cursor and the selection, which change often. */
  point(marks: readonly Mark[]): void {
    drawSvg(this.pointed, marks, `${this.prefix}-pointed`);
  }

  /** Where the pointer is, in the chart's pixels. */
  place({ clientX, clientY }: MouseEvent): readonly [x: number, y: number] {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }
}
