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

Milliseconds per frame of the views while every frame changes something: the median, and in parentheses the 95th percentile. *Drawing* is the time of the page's own code. The rest until the next frame is used by the browser, which paints on the processor here, because there is no graphics card. At 60 frames per second, a frame takes 16.7 ms.

${table(['', 'drawing', 'frame to frame'], rows)}`;
}

function spread({ median, high }: Spread): string {
  return `${digits(median)} (${digits(high)})`;
}
