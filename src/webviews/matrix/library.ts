import type { Compatibility } from '../../core/measures/measure';
import type { RowKind } from '../../core/attribution/matrix';
import type { NeuronLevelMeasure } from '../../figures/matrix/measured';
import { Entry } from '../../figures/matrix/entry';
import type { Roster } from '../../figures/matrix/roster';
import type { MatrixSource } from './source';

/** Bytes of matrices that are kept. */
const MOST_BYTES = 256 * 2 ** 20;
/** Matrices that are asked for at the same time, ahead of need. */
const AHEAD = 3;

/**
 * The matrices of a run in memory: each is asked for once, those that are not used for the longest time go
 * first, and what is likely to be wanted next comes before it is wanted.
 */
export class Library {
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<Entry>>();
  /** Measures by checkpoint stay when the matrix goes: `[slots]`. */
  private readonly traces = new Map<string, Float64Array>();
  private bytes = 0;
  private wanted: string[] = [];
  private gone = false;

  constructor(
    private readonly source: MatrixSource,
    private readonly roster: Roster,
    /** Something came. */
    private readonly arrived: () => void,
    /** How the run takes measures. */
    private readonly compatibility?: Compatibility,
  ) {}

  /** A matrix that is in memory; being looked at does not keep it there. */
  peek(checkpoint: string, rows: RowKind): Entry | undefined {
    return this.entries.get(keyOf(checkpoint, rows));
  }

  /** A matrix that is in memory, and is used. */
  get(checkpoint: string, rows: RowKind): Entry | undefined {
    const key = keyOf(checkpoint, rows);
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    // Last used, last to go.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** A matrix, from memory or from its source. */
  load(checkpoint: string, rows: RowKind): Promise<Entry> {
    const known = this.get(checkpoint, rows);
    if (known) return Promise.resolve(known);
    const key = keyOf(checkpoint, rows);
    let coming = this.loading.get(key);
    if (!coming) {
      coming = this.source.matrix(checkpoint, rows).then((matrix) => {
        const entry = new Entry(matrix, this.roster, this.compatibility);
        this.keep(key, entry);
        return entry;
      });
      this.loading.set(key, coming);
      const done = (): void => {
        this.loading.delete(key);
        if (!this.gone) this.arrived();
      };
      coming.then(done, done);
    }
    return coming;
  }

  /** Asks for these in this order, in the background, instead of those that were wanted before. */
  prefetch(checkpoints: readonly string[], rows: RowKind): void {
    this.wanted = checkpoints
      .map((name) => keyOf(name, rows))
      .filter((key) => !this.entries.has(key));
    this.fetchNext();
  }

  private fetchNext(): void {
    while (!this.gone && this.loading.size < AHEAD && this.bytes < MOST_BYTES * 0.8) {
      const key = this.wanted.shift();
      if (key === undefined) return;
      const [rows, checkpoint] = splitKey(key);
      // A failure is told when the matrix itself is asked for.
      this.load(checkpoint, rows).then(
        () => this.fetchNext(),
        () => undefined,
      );
    }
  }

  /** `[slots]` of a measure at a checkpoint, NaN where undefined; undefined if it was never in memory. */
  trace(checkpoint: string, rows: RowKind, measure: NeuronLevelMeasure): Float64Array | undefined {
    const key = `${measure.id} ${keyOf(checkpoint, rows)}`;
    const known = this.traces.get(key);
    if (known) return known;
    const entry = this.entries.get(keyOf(checkpoint, rows));
    if (!entry) return undefined;
    const values = entry.measure(measure);
    const bySlot = Float64Array.from(entry.rowOf, (row) => (row < 0 ? NaN : values[row]));
    this.traces.set(key, bySlot);
    return bySlot;
  }

  dispose(): void {
    this.gone = true;
  }

  private keep(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.bytes += entry.matrix.values.byteLength;
    for (const [oldest, { matrix }] of this.entries) {
      if (this.bytes <= MOST_BYTES || oldest === key) break;
      this.entries.delete(oldest);
      this.bytes -= matrix.values.byteLength;
    }
  }
}

function keyOf(checkpoint: string, rows: RowKind): string {
  return `${rows} ${checkpoint}`;
}

function splitKey(key: string): [rows: RowKind, checkpoint: string] {
  const at = key.indexOf(' ');
  return [key.slice(0, at) as RowKind, key.slice(at + 1)];
}
