import type { RowKind } from '../../core/attribution/matrix';
import type { Specimen } from '../../core/network/specimen';
import type { MatrixSeries } from '../../protocol/matrix';
import type { ExportedFile, PageSelection } from '../../protocol/page';
import type { PageMatrix } from '../../figures/matrix/measured';

/** What of a run is selected: a matrix, and perhaps a layer of it or one of its neurons. */
export type Part = Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>;

/** Where a view of matrices gets them from: a host behind messages, or the output of a notebook cell. */
export interface MatrixSource {
  series(): Promise<MatrixSeries>;
  /** @param checkpoint its name */
  matrix(checkpoint: string, rows: RowKind): Promise<PageMatrix>;
  /** Undefined where no weights are kept of any checkpoint. */
  readonly specimen?: (checkpoint: string) => Promise<Specimen>;
  /** @returns where the file is; undefined if the user declined */
  save(file: ExportedFile): Promise<string | undefined>;
}

/** What a view tells and is told beside its matrices. */
export interface MatrixViewOptions {
  /** What {@link MatrixViewOptions.stateChanged} was given the last time. */
  readonly state?: unknown;
  /** The view's state as plain JSON, after each change. */
  readonly stateChanged?: (state: object) => void;
  /** The user chose a checkpoint, a layer or a neuron. */
  readonly selected?: (part: Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>) => void;
  /** What the button of an empty view does; no button where it is undefined. */
  readonly run?: () => void;
  /** Within a document that scrolls: the wheel zooms with Ctrl or ⌘ only. */
  readonly embedded?: boolean;
}

/** A view that is shown. */
export interface MatrixView {
  /** Follows what was chosen elsewhere. */
  select(part: Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>): void;
  /** There are other checkpoints now. */
  refresh(): void;
  dispose(): void;
}
