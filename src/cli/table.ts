/** A column of a text table. */
export interface Column {
  /** Lines of the heading, from the top; aligned at the bottom. */
  readonly heading: readonly string[];
  /** Right for numbers, left for words. */
  readonly align: 'left' | 'right';
}

/** Options of {@link textTable}. */
export interface TableOptions {
  /** Desired width of a line; columns move closer together if necessary. */
  readonly width: number;
  /** The character of the line under the heading. */
  readonly rule: string;
}

/** Formats a table as text, without a final line end. */
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
