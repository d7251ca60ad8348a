import { strToU8 } from 'fflate';
import { crc32 } from '../../core/formats/crc32';
import type { Mark } from './marks';
import { type SvgNode, svgNodes } from './svgNodes';

/** A figure with its size, marks and descriptions. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
  /** For screen readers. */
  readonly title: string;
  readonly description?: string;
  /** By default transparent. */
  readonly background?: string;
}

/** Fonts that exist on all common systems. */
const FIGURE_FONT = 'Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif';

/** A figure as a self-contained SVG file. */
export function svgText(figure: Figure): string {
  const { width, height, marks, title, description, background } = figure;
  // A notebook puts many figures into one document, so ids must be unique.
  const prefix = `figure-${crc32(strToU8(JSON.stringify(marks))).toString(16)}`;
  const paper = background
    ? [{ tag: 'rect', attributes: { x: 0, y: 0, width, height, fill: background } }]
    : [];
  const root: SvgNode = {
    tag: 'svg',
    attributes: {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'font-family': FIGURE_FONT,
    },
    children: [
      { tag: 'title', attributes: {}, text: title },
      ...(description ? [{ tag: 'desc', attributes: {}, text: description }] : []),
      ...paper,
      ...svgNodes(marks, prefix),
    ],
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root)}\n`;
}

function write({ tag, attributes, children, text }: SvgNode): string {
  const head = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(value)}"`);
  const body = (text === undefined ? '' : escape(text)) + (children ?? []).map(write).join('');
  return body ? `<${tag}${head.join('')}>${body}</${tag}>` : `<${tag}${head.join('')}/>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escape(value: string | number): string {
  return (
    String(value)
      // XML cannot represent these characters.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"]/g, (character) => ENTITIES[character])
  );
}
