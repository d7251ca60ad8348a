/** A column of a text table. */
export interface Column {
  /** Lines of the heading, from the top; aligned at the bottom. */
  readonly heading: readonly string[];
  /** Numbers to the right, words to the left. */
  readonly align: 'left' | 'right';
}

/** How a table is set. */
export interface TableOptions {
  /** Characters that a line should fit in; columns move closer together if need be. */
  readonly width: number;
  /** The character of the line under the heading. */
  readonly rule: string;
}

/** Sets a table in lines of text, without a final line end. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, rule }: TableOptions,
): string {
  const height = Math.max(...columns.map(({ heading }) => heading.length));
  const heading = Array.from({ length: height }, (_, line) =>
    columns.map((column) => column.heading[line - height + column.heading.length] ?? ''),
  );
  const widths = columns.map((_, c) =>
    Math.max(...[...heading, ...rows].map((cells) => cells[c].length)),
  );
  const content = widths.reduce((sum, w) => sum + w, 0);
  const gap = ' '.repeat(content + 2 * (widths.length - 1) <= width ? 2 : 1);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) =>
        columns[c].align === 'left' ? cell.padEnd(widths[c]) : cell.padStart(widths[c]),
      )
      .join(gap)
      .trimEnd();
  return [
    ...heading.map(line),
    widths.map((w) => rule.repeat(w)).join(gap),
    ...rows.map(line),
  ].join('\n');
}
