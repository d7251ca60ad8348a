/*
 * Durations: `340 ms`, `7 s`, `12 min 34 s`, `1 h 2 min`. The units are those of the SI and need no translation;
 * two numbers with a colon could be minutes or hours.
 */

/** A measured duration. @param milliseconds 0 or more */
export function duration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? pair(minutes, 'min', seconds % 60, 's') : hours(Math.round(seconds / 60));
}

/** An estimated duration: one unit below an hour, as it changes all the time. */
export function about(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : hours(minutes);
}

function hours(minutes: number): string {
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function pair(large: number, unit: string, small: number, part: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${part}`;
}
