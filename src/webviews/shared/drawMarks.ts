import type { Mark, Stroke, TextMark } from '../../figures/marks/marks';
import { type SvgNode, svgNodes } from '../../figures/marks/svgNodes';

/** Context of a canvas on or off the screen. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/**
 * Draws marks on a canvas; images are ignored.
 * @param font family for texts
 */
export function drawCanvas(context: Context, marks: readonly Mark[], font = 'sans-serif'): void {
  for (const mark of marks) {
    // Most marks are filled rectangles, which do not change the state.
    if (mark.kind === 'rect' && mark.stroke === undefined && mark.opacity === undefined) {
      context.fillStyle = mark.fill;
      if (mark.fill !== 'none') context.fillRect(mark.x, mark.y, mark.width, mark.height);
      continue;
    }
    context.save();
    if ('opacity' in mark && mark.opacity !== undefined) context.globalAlpha = mark.opacity;
    drawMark(context, mark, font);
    context.restore();
  }
}

function drawMark(context: Context, mark: Mark, font: string): void {
  switch (mark.kind) {
    case 'rect': {
      const { x, y, width, height, fill } = mark;
      if (fill !== 'none') {
        context.fillStyle = fill;
        context.fillRect(x, y, width, height);
      }
      if (applyStroke(context, mark)) context.strokeRect(x, y, width, height);
      return;
    }
    case 'line':
      applyStroke(context, mark);
      context.beginPath();
      context.moveTo(mark.x1, mark.y1);
      context.lineTo(mark.x2, mark.y2);
      context.stroke();
      return;
    case 'path': {
      const path = new Path2D(mark.d);
      if (mark.fill && mark.fill !== 'none') {
        context.fillStyle = mark.fill;
        context.fill(path);
      }
      if (applyStroke(context, mark)) context.stroke(path);
      return;
    }
    case 'text':
      drawText(context, mark, font);
      return;
    case 'image':
      return;
    case 'group':
      if (mark.translate) context.translate(...mark.translate);
      if (mark.clip) {
        const { x, y, width, height } = mark.clip;
        context.beginPath();
        context.rect(x, y, width, height);
        context.clip();
      }
      drawCanvas(context, mark.marks, font);
      return;
  }
}

function applyStroke(context: Context, { stroke, strokeWidth, dash }: Partial<Stroke>): boolean {
  if (stroke === undefined) return false;
  context.strokeStyle = stroke;
  context.lineWidth = strokeWidth ?? 1;
  context.setLineDash(dash ? [...dash] : []);
  return true;
}

function drawText(context: Context, mark: TextMark, font: string): void {
  const { x, y, text, fill, size, anchor, baseline, weight, rotate } = mark;
  context.font = `${weight ?? 'normal'} ${size}px ${font}`;
  context.fillStyle = fill;
  context.textAlign = anchor === 'middle' ? 'center' : (anchor ?? 'start');
  context.textBaseline = baseline ?? 'alphabetic';
  context.translate(x, y);
  if (rotate) context.rotate((rotate * Math.PI) / 180);
  context.fillText(text, 0, 0);
}

const SVG = 'http://www.w3.org/2000/svg';

/** Fills an SVG element with marks. @param prefix of ids, unique in the document */
export function drawSvg(target: SVGElement, marks: readonly Mark[], prefix: string): void {
  target.replaceChildren(...svgNodes(marks, prefix).map(elementOf));
}

function elementOf({ tag, attributes, children, text }: SvgNode): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  if (children) element.append(...children.map(elementOf));
  return element;
}
