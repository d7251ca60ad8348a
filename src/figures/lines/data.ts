/*
 * What a chart of lines shows, before it has a size. Numbers are columns; NaN is missing and makes a gap.
 */

/** Which colour a line has, and what beside colour tells it from others. */
export interface LineStyle {
  /** Whose line it is: colour and marker shape; undefined for what belongs to nobody. */
  readonly slot?: number;
  /** Of a pair that shares a slot, the second: lighter, and dotted. */
  readonly twin?: boolean;
  readonly dash?: 'dotted' | 'dashed';
  /** Filled markers, hollow ones, or none. */
  readonly marker?: 'filled' | 'hollow';
  /** One of many, or of less weight: thinner. */
  readonly faint?: boolean;
  /** Its points matter, and their order little: the line between them is pale. */
  readonly loose?: boolean;
}

/** A line through points. */
export interface Line {
  /** Unique in its chart, and the same for the same thing in every chart. */
  readonly id: string;
  /** As it is spoken and written. */
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

/** A level that others are held against, marked where x is 0 or at the point where it lies. */
export interface Reference {
  readonly name: string;
  readonly style: LineStyle;
  readonly x: number;
  readonly y: number;
  /** Also a rule across the plot at its y. */
  readonly rule: boolean;
}

/** An axis. */
export interface Axis {
  /** What it measures: axes of the same quantity are zoomed together. */
  readonly quantity: string;
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** Ticks at whole numbers only. */
  readonly whole?: boolean;
  /** Values that the domain holds, whatever the data. */
  readonly holds?: readonly number[];
  /** The domain ends here unless it is zoomed; what lies below is off the axis. */
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
  /** Whether each point has a marker, or only some, where the points themselves are no news. */
  readonly markers: 'each' | 'some';
  /** What is missing and why. */
  readonly note?: string;
}
