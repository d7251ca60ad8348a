import type { Report, Spread } from '../report';
import { digits, table } from './format';

/** The editor's part of a report: how soon the extension is there, and how fluent its views are. */
export function editor({ loading, frames }: Pick<Report, 'loading' | 'frames'>): string {
  if (frames.length === 0) return '';
  const loads = loading.map(({ what, ms }) => [what, digits(ms.minimum), digits(ms.median)]);
  const rows = frames.map(({ shown, work, drawing, interval }) => [
    `${shown}: ${work}`,
    spread(drawing),
    spread(interval),
  ]);
  return `## In the editor

${table(['Loading, ms', 'minimum', 'median'], loads)}

Frames of the views while something changes in every one of them, in milliseconds: the median, and in parentheses the 95th percentile. *Drawing* is what the page's own program takes; the rest until the next frame is the browser's, here without a graphics card, so that it paints on the processor as well. At 60 frames a second there are 16.7 ms.

${table(['', 'drawing', 'frame to frame'], rows)}`;
}

function spread({ median, high }: Spread): string {
  return `${digits(median)} (${digits(high)})`;
}
