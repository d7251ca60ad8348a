import type { Mark } from '../../../figures/marks/marks';
import { svgNodes, type SvgNode } from '../../../figures/marks/svgNodes';

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
