import { type Box, type GroupMark, type Mark, rounded, type Stroke, type TextMark } from './marks';

/** An element of SVG, as data. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children?: readonly SvgNode[];
  readonly text?: string;
}

/**
 * Marks as elements of SVG, with presentation attributes only, because the policy of pages forbids `style`.
 * @param prefix of the ids of clip paths; unique in the document
 */
export function svgNodes(marks: readonly Mark[], prefix: string): SvgNode[] {
  let clips = 0;
  const nodeOf = (mark: Mark): SvgNode => {
    switch (mark.kind) {
      case 'rect':
        return { tag: 'rect', attributes: { ...boxOf(mark), ...paintOf(mark, mark.fill) } };
      case 'line': {
        const { x1, y1, x2, y2 } = mark;
        const ends = { x1: rounded(x1), y1: rounded(y1), x2: rounded(x2), y2: rounded(y2) };
        return { tag: 'line', attributes: { ...ends, ...paintOf(mark) } };
      }
      case 'path':
        return { tag: 'path', attributes: { d: mark.d, ...paintOf(mark, mark.fill ?? 'none') } };
      case 'text':
        return textNode(mark);
      case 'image': {
        const attributes = {
          ...boxOf(mark),
          href: mark.href,
          preserveAspectRatio: 'none',
          'image-rendering': 'pixelated',
        };
        return { tag: 'image', attributes };
      }
      case 'group':
        return groupNode(mark);
    }
  };
  const groupNode = ({ marks: inner, clip, translate }: GroupMark): SvgNode => {
    const id = clip ? `${prefix}-clip-${clips++}` : undefined;
    const children = inner.map(nodeOf);
    const attributes = {
      ...(translate && { transform: `translate(${translate.map(rounded).join(' ')})` }),
      ...(id && { 'clip-path': `url(#${id})` }),
    };
    if (!clip || !id) return { tag: 'g', attributes, children };
    const shape = { tag: 'rect', attributes: boxOf(clip) };
    const definition = { tag: 'clipPath', attributes: { id }, children: [shape] };
    return { tag: 'g', attributes, children: [definition, ...children] };
  };
  return marks.map(nodeOf);
}

const BASELINES = { alphabetic: '0', middle: '0.35em', hanging: '0.75em' } as const;

function textNode({ x, y, text, fill, size, anchor, baseline, weight, rotate }: TextMark): SvgNode {
  return {
    tag: 'text',
    attributes: {
      x: rounded(x),
      y: rounded(y),
      // All programs support `dy`; many do not support `dominant-baseline`.
      ...(baseline && baseline !== 'alphabetic' && { dy: BASELINES[baseline] }),
      fill,
      'font-size': size,
      ...(anchor && anchor !== 'start' && { 'text-anchor': anchor }),
      ...(weight === 'bold' && { 'font-weight': 'bold' }),
      ...(rotate && { transform: `rotate(${rotate} ${rounded(x)} ${rounded(y)})` }),
    },
    text,
  };
}

function boxOf({ x, y, width, height }: Box): Record<keyof Box, number> {
  return { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
}

function paintOf(
  { stroke, strokeWidth, dash, opacity }: Partial<Stroke> & { readonly opacity?: number },
  fill?: string,
): Record<string, string | number> {
  return {
    ...(fill !== undefined && { fill }),
    ...(stroke !== undefined && { stroke }),
    ...(strokeWidth !== undefined && { 'stroke-width': strokeWidth }),
    ...(dash && { 'stroke-dasharray': dash.join(' ') }),
    ...(opacity !== undefined && { opacity }),
  };
}
