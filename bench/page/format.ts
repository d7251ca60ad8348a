/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const places = 2 - Math.floor(Math.log10(Math.abs(value)));
  return places > 0 ? value.toFixed(places) : grouped(value);
}

/** How many times as much: `21×`, `1.96×`. */
export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : grouped(ratio)}×`;
}

/** Whole, with commas between thousands. */
function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A Markdown table; `|` in cells is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
