import type { RowKind } from '../../core/attribution/matrix';
import type { Compatibility } from '../../core/measures/measure';
import { MeasuredMatrix, type NeuronLevelMeasure } from '../../figures/matrix/measured';
import type { NeuronIndex } from '../../figures/matrix/neuronIndex';
import type { MatrixSource } from './source';

/** How many bytes of matrices are kept. */
const MAX_BYTES = 256 * 2 ** 20;
/** How many matrices are loaded in the background at the same time. */
const MAX_LOADING = 3;

/**
 * A cache of the matrices of a run. Each is loaded once, the least recently used are dropped first, and those
 * that are likely to follow are loaded in the background.
 */
export class MatrixCache {
  private readonly matrices = new Map<string, MeasuredMatrix>();
  private readonly loading = new Map<string, Promise<MeasuredMatrix>>();
  /** `[slots]`: measures by checkpoint, which are kept when the matrix is dropped. */
  private readonly traces = new Map<string, Float64Array>();
  private bytes = 0;
  private wanted: string[] = [];
  private disposed = false;

  constructor(
    private readonly source: MatrixSource,
    private readonly neuronIndex: NeuronIndex,
    /** Is called when a matrix was loaded, or could not be. */
    private readonly arrived: () => void,
    /** By which definitions the run takes measures. */
    private readonly compatibility?: Compatibility,
  ) {}

  /** A matrix that is in memory, without marking it as used. */
  peek(checkpoint: string, rows: RowKind): MeasuredMatrix | undefined {
    return this.matrices.get(keyOf(checkpoint, rows));
  }

  /** A matrix that is in memory, which is marked as used. */
  get(checkpoint: string, rows: RowKind): MeasuredMatrix | undefined {
    const key = keyOf(checkpoint, rows);
    const measured = this.matrices.get(key);
    if (!measured) return undefined;
    // The map is in the order of use: the oldest is dropped first.
    this.matrices.delete(key);
    this.matrices.set(key, measured);
    return measured;
  }

  /** A matrix, from memory or from its source. */
  load(checkpoint: string, rows: RowKind): Promise<MeasuredMatrix> {
    const known = this.get(checkpoint, rows);
    if (known) return Promise.resolve(known);
    const key = keyOf(checkpoint, rows);
    let coming = this.loading.get(key);
    if (!coming) {
      coming = this.source.matrix(checkpoint, rows).then((matrix) => {
        const measured = new MeasuredMatrix(matrix, this.neuronIndex, this.compatibility);
        this.keep(key, measured);
        return measured;
      });
      this.loading.set(key, coming);
      const done = (): void => {
        this.loading.delete(key);
        if (!this.disposed) this.arrived();
      };
      coming.then(done, done);
    }
    return coming;
  }

  /** Loads these in the background, in this order, in place of those that are still waiting. */
  prefetch(checkpoints: readonly string[], rows: RowKind): void {
    this.wanted = checkpoints
      .map((name) => keyOf(name, rows))
      .filter((key) => !this.matrices.has(key));
    this.fetchNext();
  }

  private fetchNext(): void {
    while (!this.disposed && this.loading.size < MAX_LOADING && this.bytes < MAX_BYTES * 0.8) {
      const key = this.wanted.shift();
      if (key === undefined) return;
      const [rows, checkpoint] = splitKey(key);
      // A failure is reported when the matrix itself is loaded.
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
    const measured = this.matrices.get(keyOf(checkpoint, rows));
    if (!measured) return undefined;
    const values = measured.measure(measure);
    const bySlot = Float64Array.from(measured.rowOf, (row) => (row < 0 ? NaN : values[row]));
    this.traces.set(key, bySlot);
    return bySlot;
  }

  dispose(): void {
    this.disposed = true;
  }

  private keep(key: string, measured: MeasuredMatrix): void {
    this.matrices.set(key, measured);
    this.bytes += measured.matrix.values.byteLength;
    for (const [oldest, { matrix }] of this.matrices) {
      if (this.bytes <= MAX_BYTES || oldest === key) break;
      this.matrices.delete(oldest);
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
