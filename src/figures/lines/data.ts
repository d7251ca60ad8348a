/*
 * What a chart of lines shows, before it has a size. Numbers are columns; NaN is missing and makes a gap.
 */

/** Colour of a line, and what distinguishes it besides colour. */
export interface LineStyle {
  /** Index of colour and marker shape; undefined for the neutral colour. */
  readonly slot?: number;
  /** Whether it is the second of a pair that shares a slot: lighter, and dotted. */
  readonly twin?: boolean;
  readonly dash?: 'dotted' | 'dashed';
  /** Index of a dash pattern, for lines that colour may not tell apart; instead of `dash`. */
  readonly pattern?: number;
  /** Filled markers, hollow ones, or none. */
  readonly marker?: 'filled' | 'hollow';
  /** Whether the line is thinner: one of many, or less important. */
  readonly faint?: boolean;
  /** Whether the line between the points is pale, because their order matters little. */
  readonly loose?: boolean;
}

/** A line through points. */
export interface Line {
  /** Unique in its chart, and the same for the same thing in every chart. */
  readonly id: string;
  /** Name on screen and for screen readers. */
  readonly name: string;
  readonly style: LineStyle;
  /** `[points]` */
  readonly x: Float64Array;
  /** `[points]` */
  readonly y: Float64Array;
  /** `[points]`: ends of an interval about y; NaN where there is none. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** `[points]`: ends of an interval about x. */
  readonly xLow?: Float64Array;
  readonly xHigh?: Float64Array;
}

/** A level with which lines are compared, marked at x = 0 or at its own point. */
export interface Reference {
  readonly name: string;
  readonly style: LineStyle;
  readonly x: number;
  readonly y: number;
  /** Whether a rule crosses the plot at its y. */
  readonly rule: boolean;
}

/** An axis. */
export interface Axis {
  /** Measured quantity; axes of the same quantity are zoomed together. */
  readonly quantity: string;
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** Ticks at whole numbers only. */
  readonly whole?: boolean;
  /** Values that the domain always includes. */
  readonly holds?: readonly number[];
  /** Lower end of the domain unless it is zoomed; smaller values are off the axis. */
  readonly floor?: number;
}

/** A chart of lines. */
export interface LinesChart<L extends Line = Line> {
  readonly id: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly L[];
  readonly references: readonly Reference[];
  /** How an interval is drawn: as a band along the line, or as bars at its points. */
  readonly intervals: 'band' | 'bars';
  /** Whether each point has a marker, or only some. */
  readonly markers: 'each' | 'some';
  /** What is missing and why. */
  readonly note?: string;
}
