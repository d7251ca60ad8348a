import type { RowKind } from '../../core/attribution/matrix';
import type { Specimen } from '../../core/network/specimen';
import type { PageMatrix } from '../../figures/matrix/measured';
import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';
import type { ExportedFile } from '../../protocol/connection';

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

/** What a view is given and tells, beside its matrices. */
export interface MatrixViewOptions {
  /** What {@link MatrixViewOptions.stateChanged} was given the last time. */
  readonly state?: unknown;
  /** The view's state as plain JSON, after each change. */
  readonly stateChanged?: (state: object) => void;
  /** Is called when the user chose a layer or a neuron. */
  readonly selected?: (part: MatrixPart) => void;
  /** Runs the experiment from an empty view; undefined where there is no button for it. */
  readonly run?: () => void;
  /** Within a document that scrolls: the wheel zooms with Ctrl or ⌘ only. */
  readonly embedded?: boolean;
}

/** A view that is shown. */
export interface MatrixView {
  /** Shows a part that was chosen elsewhere. */
  select(part: MatrixPart): void;
  /** Reads the run again: it may have other checkpoints now. */
  refresh(): void;
  dispose(): void;
}
