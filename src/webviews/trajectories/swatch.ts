import type { Mark } from '../../figures/marks/marks';
import { SWATCH } from '../../figures/trajectories/swatch';
import { setAttributes, svgElement } from '../shared/dom';
import { drawSvg } from '../shared/marks/drawSvg';

/** Marks as a small picture. */
export function swatchElement(marks: readonly Mark[]): SVGSVGElement {
  const svg = svgElement({ 'aria-hidden': 'true', focusable: 'false', class: 'swatch' });
  setAttributes(svg, { viewBox: `0 0 ${SWATCH.width} ${SWATCH.height}`, ...SWATCH });
  drawSvg(svg, marks, 'swatch');
  return svg;
}
