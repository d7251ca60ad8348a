/** A text cut to a width; letters are taken to be 0.55 of their size wide. */
export function fitted(text: string, width: number, size: number): string {
  const most = Math.floor(width / (0.55 * size));
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}
