/** Line styles that are distinguishable without colour: a pattern, or a letter at the points of a line. */
export type LineStyle = Pattern | { readonly letter: string };

type Pattern = 'solid' | 'dotted' | 'dashed' | 'marks';

/** ASCII character of each pattern; in Unicode used only for `marks`. */
export const ASCII_MARKS: Readonly<Record<Pattern, string>> = {
  solid: '*',
  dotted: 'o',
  dashed: '-',
  marks: 'x',
};

/** Bit of each dot in U+2800 + bits, `[row][column]`. */
const BRAILLE_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
const BRAILLE_BASE = 0x2800;

/** Whether a style draws a dot at a step along its line. */
const DRAWN: Readonly<Record<Pattern, (step: number) => boolean>> = {
  solid: () => true,
  dotted: (step) => step % 3 === 0,
  dashed: (step) => step % 8 < 5,
  marks: () => false,
};

/** Smallest distance between the letters of a line, in characters. */
const LETTER_GAP = 9;

/** A grid of characters: eight braille dots in each, or one ASCII mark. */
export class PlotArea {
  /** Number of dots in a row and in a column. */
  readonly dotsAcross: number;
  readonly dotsDown: number;
  private readonly bits: Uint8Array;
  private readonly marks: (string | undefined)[];

  constructor(
    private readonly columns: number,
    private readonly lines: number,
    private readonly unicode: boolean,
  ) {
    this.dotsAcross = unicode ? 2 * columns : columns;
    this.dotsDown = unicode ? 4 * lines : lines;
    this.bits = new Uint8Array(columns * lines);
    this.marks = Array.from({ length: columns * lines });
  }

  /** The character column of a dot. */
  columnOf(x: number): number {
    return this.unicode ? x >> 1 : x;
  }

  /** The character line of a dot. */
  lineOf(y: number): number {
    return this.unicode ? y >> 2 : y;
  }

  /** Draws a line through dots `[x, y]`, y from the top; a single point is a dot. */
  draw(path: readonly (readonly [x: number, y: number])[], style: LineStyle): void {
    if (typeof style !== 'string') {
      if (this.unicode) this.trace(path, 'solid');
      this.letters(path, style.letter);
      return;
    }
    if (style === 'marks') {
      for (const [x, y] of path) this.mark(x, y, this.unicode ? '×' : ASCII_MARKS.marks);
      return;
    }
    this.trace(path, style);
  }

  /** A letter at points of the line that are not too close, always at the last. */
  private letters(path: readonly (readonly [x: number, y: number])[], letter: string): void {
    let last = -Infinity;
    path.forEach(([x, y], i) => {
      const column = this.columnOf(x);
      if (column - last < LETTER_GAP && i < path.length - 1) return;
      last = column;
      this.mark(x, y, letter);
    });
  }

  private trace(path: readonly (readonly [x: number, y: number])[], style: Pattern): void {
    let step = 0;
    path.forEach(([x, y], i) => {
      const [fromX, fromY] = path[Math.max(0, i - 1)];
      const length = Math.max(Math.abs(x - fromX), Math.abs(y - fromY));
      for (let s = i === 0 ? 0 : 1; s <= length; s++) {
        const along = length === 0 ? 0 : s / length;
        // Dash patterns count dots; ASCII marks are too coarse, and differ by their character.
        if (DRAWN[style](step++) || !this.unicode) {
          this.dot(
            Math.round(fromX + along * (x - fromX)),
            Math.round(fromY + along * (y - fromY)),
            style,
          );
        }
      }
    });
  }

  /** The lines of text, from the top. */
  toLines(): string[] {
    return Array.from({ length: this.lines }, (_, line) =>
      Array.from({ length: this.columns }, (__, column) =>
        this.character(line * this.columns + column),
      ).join(''),
    );
  }

  private dot(x: number, y: number, style: Pattern): void {
    if (!this.unicode) return this.mark(x, y, ASCII_MARKS[style]);
    this.bits[(y >> 2) * this.columns + (x >> 1)] |= BRAILLE_BITS[y & 3][x & 1];
  }

  private mark(x: number, y: number, character: string): void {
    this.marks[this.lineOf(y) * this.columns + this.columnOf(x)] = character;
  }

  private character(cell: number): string {
    const bits = this.bits[cell];
    return this.marks[cell] ?? (bits === 0 ? ' ' : String.fromCharCode(BRAILLE_BASE + bits));
  }
}
