import { element, setAttributes } from './dom';
import { Frame } from './frame';

/** A table of any size, read cell by cell. */
export interface TableModel {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: number;
  /** How many columns at the left stay in sight and name the row. */
  readonly names: number;
  /** Of every column, in pixels; 84 unless given, room for a number. */
  readonly columnWidth?: number;
  cell(row: number, column: number): string;
}

const ROW_HEIGHT = 22;
const NUMBER_WIDTH = 84;
/** Rows and columns beyond the edges, so that scrolling shows no gaps. */
const MARGIN = 4;

/**
 * A table of which only what is in sight exists as elements; the whole size is told to screen readers.
 * Arrow keys scroll it.
 */
export class VirtualTable {
  readonly element = element('div', { class: 'table', tabindex: 0, role: 'region' });
  private readonly table = element('table');
  private readonly size = element('div', { class: 'table-size' });
  private readonly frame = new Frame(() => this.draw());
  private model: TableModel | undefined;

  constructor() {
    this.element.append(this.size, this.table);
    this.element.addEventListener('scroll', () => this.frame.ask());
    this.element.addEventListener('keydown', (event) => this.scrollBy(event));
    new ResizeObserver(() => this.frame.ask()).observe(this.element);
  }

  show(model: TableModel): void {
    this.model = model;
    this.size.style.height = `${(model.rows + 1) * ROW_HEIGHT}px`;
    this.size.style.width = `${model.heads.length * this.columnWidth}px`;
    this.element.style.setProperty('--column', `${this.columnWidth}px`);
    setAttributes(this.element, { 'aria-label': model.caption });
    setAttributes(this.table, {
      'aria-rowcount': model.rows + 1,
      'aria-colcount': model.heads.length,
    });
    this.frame.ask();
  }

  dispose(): void {
    this.frame.dispose();
    this.element.remove();
  }

  private get columnWidth(): number {
    return this.model?.columnWidth ?? NUMBER_WIDTH;
  }

  private draw(): void {
    const { model, element: box, table, columnWidth } = this;
    if (!model) return;
    const { names, heads } = model;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - MARGIN);
    const last = Math.min(
      model.rows,
      Math.ceil((box.scrollTop + box.clientHeight) / ROW_HEIGHT) + MARGIN,
    );
    const left = Math.max(names, names + Math.floor(box.scrollLeft / columnWidth) - MARGIN);
    const right = Math.min(
      heads.length,
      names + Math.ceil((box.scrollLeft + box.clientWidth) / columnWidth) + MARGIN,
    );
    const columns = [...range(0, names), ...range(left, right)];
    const shift = (left - names) * columnWidth;
    table.style.top = `${first * ROW_HEIGHT}px`;
    table.replaceChildren(
      element('caption', { class: 'sr-only' }, model.caption),
      element(
        'thead',
        {},
        element(
          'tr',
          { 'aria-rowindex': 1 },
          ...columns.map((c) =>
            place(c, element('th', { scope: 'col', title: heads[c] }, heads[c])),
          ),
        ),
      ),
      element('tbody', {}, ...range(first, last).map((row) => rowOf(row))),
    );
    // The heads stay at the top while the rows pass below them.
    const head = table.tHead;
    if (head) head.style.transform = `translateY(${box.scrollTop - first * ROW_HEIGHT}px)`;

    function rowOf(row: number): HTMLElement {
      const cells = columns.map((c) =>
        place(c, c < names ? element('th', { scope: 'row' }) : element('td')),
      );
      cells.forEach((cell, i) => (cell.textContent = model!.cell(row, columns[i])));
      return element('tr', { 'aria-rowindex': row + 2 }, ...cells);
    }

    function place(column: number, cell: HTMLElement): HTMLElement {
      setAttributes(cell, { 'aria-colindex': column + 1 });
      if (column < names) {
        cell.classList.add('name');
        cell.style.left = `${column * columnWidth}px`;
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
    this.element.scrollBy(x * this.columnWidth, y * ROW_HEIGHT);
  }
}

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
