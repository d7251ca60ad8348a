import type { TableColumn, TableModel } from '../../figures/text/table';
import { element, setAttributes } from './dom';
import { Frame } from './frame';

const ROW_HEIGHT = 22;
const NUMBER_WIDTH = 84;
/** Widths of a box in pixels: up to the first, columns are narrow; from the second on, they are wide. */
const NARROW = 360;
const WIDE = 560;
/** Number of rows and columns created beyond the edges, so that scrolling shows no gaps. */
const MARGIN = 4;

/**
 * A table that has elements only for its visible cells; screen readers are told its whole size. Arrow keys
 * scroll it.
 */
export class VirtualTable {
  readonly element = element('div', { class: 'table', tabindex: 0, role: 'region' });
  private readonly table = element('table');
  private readonly size = element('div', { class: 'table-size' });
  private readonly frame = new Frame(() => this.draw());
  private model: TableModel | undefined;
  /** `[columns + 1]`: where each column begins, in pixels, and where the last ends. */
  private edges: readonly number[] = [0];

  constructor() {
    this.element.append(this.size, this.table);
    this.element.addEventListener('scroll', () => this.frame.request());
    this.element.addEventListener('keydown', (event) => this.scrollBy(event));
    new ResizeObserver(() => this.frame.request()).observe(this.element);
  }

  show(model: TableModel): void {
    this.model = model;
    setAttributes(this.element, { 'aria-label': model.caption });
    setAttributes(this.table, {
      'aria-rowcount': model.rows + 1,
      'aria-colcount': model.columns.length,
    });
    this.frame.request();
  }

  dispose(): void {
    this.frame.dispose();
    this.element.remove();
  }

  private draw(): void {
    const { model, element: box, table } = this;
    if (!model) return;
    const edges = edgesOf(model.columns, box.clientWidth);
    this.edges = edges;
    this.size.style.height = `${(model.rows + 1) * ROW_HEIGHT}px`;
    this.size.style.width = `${edges[model.columns.length]}px`;
    const { names, columns } = model;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - MARGIN);
    const last = Math.min(
      model.rows,
      Math.ceil((box.scrollTop + box.clientHeight) / ROW_HEIGHT) + MARGIN,
    );
    // Columns scroll below those that name the row.
    const from = edges[names] + box.scrollLeft;
    const to = box.scrollLeft + box.clientWidth;
    const seen = range(names, columns.length).filter((c) => edges[c + 1] > from && edges[c] < to);
    const left = Math.max(names, (seen.at(0) ?? names) - MARGIN);
    const right = Math.min(columns.length, (seen.at(-1) ?? names) + 1 + MARGIN);
    const drawn = [...range(0, names), ...range(left, right)];
    const shift = edges[left] - edges[names];
    table.style.top = `${first * ROW_HEIGHT}px`;
    table.replaceChildren(
      element('caption', { class: 'sr-only' }, model.caption),
      element(
        'thead',
        {},
        element(
          'tr',
          { 'aria-rowindex': 1 },
          ...drawn.map((c) => {
            const { head } = columns[c];
            return place(c, element('th', { scope: 'col', title: head }, head));
          }),
        ),
      ),
      element('tbody', {}, ...range(first, last).map((row) => rowOf(row))),
    );
    // The head stays at the top while rows scroll below it.
    const head = table.tHead;
    if (head) head.style.transform = `translateY(${box.scrollTop - first * ROW_HEIGHT}px)`;

    function rowOf(row: number): HTMLElement {
      const cells = drawn.map((c) =>
        place(c, c < names ? element('th', { scope: 'row' }) : element('td')),
      );
      cells.forEach((cell, i) => {
        cell.textContent = model!.cell(row, drawn[i]);
        setAttributes(cell, { title: model!.hint?.(row, drawn[i]) });
      });
      return element('tr', { 'aria-rowindex': row + 2 }, ...cells);
    }

    function place(column: number, cell: HTMLElement): HTMLElement {
      setAttributes(cell, { 'aria-colindex': column + 1 });
      const width = `${edges[column + 1] - edges[column]}px`;
      Object.assign(cell.style, { width, minWidth: width, maxWidth: width });
      cell.classList.toggle('text', columns[column].text ?? false);
      if (column < names) {
        cell.classList.add('name');
        cell.style.left = `${edges[column]}px`;
      } else {
        cell.style.transform = `translateX(${shift}px)`;
      }
      return cell;
    }
  }

  private scrollBy(event: KeyboardEvent): void {
    const [x, y] = ARROWS[event.key] ?? [0, 0];
    if (x === 0 && y === 0) return;
    event.preventDefault();
    this.element.scrollBy({ left: x * this.stepAcross(x), top: y * ROW_HEIGHT });
  }

  /** Pixels to the next column that is not fully visible. */
  private stepAcross(direction: number): number {
    const { edges, model, element: box } = this;
    const names = model?.names ?? 0;
    const begins = edges.slice(names, -1).map((edge) => edge - edges[names]);
    const before = begins.filter((edge) => edge < box.scrollLeft - 1);
    const next = direction > 0 ? begins.find((edge) => edge > box.scrollLeft + 1) : before.at(-1);
    return next === undefined ? NUMBER_WIDTH : Math.abs(next - box.scrollLeft);
  }
}

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function edgesOf(columns: readonly TableColumn[], available: number): number[] {
  const share = Math.max(0, Math.min(1, (available - NARROW) / (WIDE - NARROW)));
  const edges = [0];
  for (const { width = NUMBER_WIDTH, wide = width } of columns) {
    edges.push(edges[edges.length - 1] + Math.round(width + share * (wide - width)));
  }
  return edges;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
