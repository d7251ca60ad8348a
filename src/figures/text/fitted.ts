/** Width of a text in pixels, letters taken to be 0.55 of their size wide. */
export function widthOf(text: string, size: number): number {
  return text.length * 0.55 * size;
}

/** A text cut to a width, by {@link widthOf}. */
export function fitted(text: string, width: number, size: number): string {
  const most = Math.floor(width / widthOf('m', size));
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}
