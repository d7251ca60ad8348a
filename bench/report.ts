import type { PowerLaw, Summary } from './timing/statistics';

/** A table cell for one side. */
export type Cell =
  | {
      readonly state: 'timed';
      /** Milliseconds per unit of the row. */
      readonly ms: Summary;
      /** How far its result is from ours, as the row compares them; left out where it is ours. */
      readonly difference?: number;
      /** Which of several ways was the fastest, e.g. how many threads. */
      readonly variant?: string;
      /** What was not done in full. */
      readonly extrapolated?: string;
    }
  | {
      /** It computed something else: not compared. */
      readonly state: 'different';
      readonly difference: number;
      readonly allowed: number;
    }
  /** It could not be done, though it should. */
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'missing'; readonly reason: string };

/** One piece of work, done by several sides. */
export interface Row {
  /** For machines: `training/NonLinear0/26`. */
  readonly id: string;
  readonly name: string;
  /** Unit that the milliseconds refer to. */
  readonly unit: string;
  /** By title of the column. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Titles of this project's columns; others are compared with the first. */
  readonly ours: readonly string[];
  /** How the results were compared before anything was. */
  readonly agreement: string;
  /** For the first column that computes on one core, if operations can be counted. */
  readonly arithmetic?: Arithmetic;
}

/** Arithmetic rate compared with the kernel's bare product, both on one core. */
export interface Arithmetic {
  readonly gigaflops: number;
  readonly peak: number;
}

/** Rows with the same columns. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** How cost grows with one thing. */
export interface Growth {
  readonly what: string;
  /** Name of x. */
  readonly of: string;
  readonly unit: string;
  readonly points: readonly GrowthPoint[];
  /** Over the points; x from the first to the last. */
  readonly law: PowerLaw;
}

export interface GrowthPoint {
  readonly x: number;
  readonly ms: Summary;
  readonly gigaflops?: number;
}

/** Where a training step spends its time. */
export interface Profile {
  readonly name: string;
  /** Milliseconds of a step. */
  readonly step: number;
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
}

/** An experiment as a user runs it. */
export interface Whole {
  readonly name: string;
  /** Threads that train side by side. */
  readonly workers: number;
  readonly epochs: number;
  readonly seconds: Summary;
  /** Time to generate the data alone, by a separate command. */
  readonly dataSeconds: Summary;
  readonly peakMegabytes: number;
  /** Whether all runs measured the same, to the last digit, for any number of workers. */
  readonly reproduced: boolean;
}

/** Measurements of one thing, in milliseconds. */
export interface Spread {
  readonly median: number;
  /** The 95th percentile. */
  readonly high: number;
}

/** Frames of a page while something changes in every one of them. */
export interface Frames {
  readonly shown: string;
  /** What changes. */
  readonly work: string;
  /** Time of the page's own program for a frame. */
  readonly drawing: Spread;
  /** From one frame to the next: 16.7 ms at 60 a second. */
  readonly interval: Spread;
}

/** How long a program takes to load. */
export interface Loading {
  readonly what: string;
  /** Milliseconds. */
  readonly ms: Summary;
}

/** A target and the measured value. */
export interface Target {
  readonly what: string;
  readonly bound: 'at least' | 'under';
  readonly value: number;
  readonly unit: string;
  /** Undefined where it was not measured. */
  readonly reached?: number;
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly tensorflow: string;
  readonly pytorch: string;
}

/** All that the bench found. */
export interface Report {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly sections: readonly Section[];
  readonly profiles: readonly Profile[];
  readonly growth: readonly Growth[];
  readonly whole: readonly Whole[];
  readonly frames: readonly Frames[];
  readonly loading: readonly Loading[];
  readonly targets: readonly Target[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly string[];
}
