import path from 'node:path';
import type { ExperimentEntry } from '../experiments/experimentIndex';
import type { PageSelection } from '../../protocol/page';

/** Which run's matrices are wanted, and what of them first. */
export interface MatrixTarget {
  readonly entry: ExperimentEntry;
  /** Absolute path of the run's folder; undefined where the experiment has none. */
  readonly run?: string;
  readonly part: Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>;
}

/** What an argument of the command says, whichever form it has. */
export interface Wanted extends MatrixTargetPart {
  /** A folder or file by which the experiment is found. */
  readonly location?: string;
  readonly run?: string;
}
type MatrixTargetPart = Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>;

/**
 * Reads an argument: a path, a `Uri`, a selection, or an item of a tree, which names its experiment as
 * `experiment`, `folder` or `entry.folder`. What is none of it is left out.
 */
export function wantedOf(argument: unknown): Wanted {
  if (typeof argument === 'string') return { location: argument };
  if (typeof argument !== 'object' || argument === null) return {};
  const given = argument as Record<string, unknown>;
  const inner = (given.entry ?? {}) as Record<string, unknown>;
  const text = (...values: unknown[]): string | undefined =>
    values.find((value): value is string => typeof value === 'string' && value !== '');
  const index = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
  const asFolder = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? (value as { folder?: unknown }).folder : value;
  const run = text(asFolder(given.run), asFolder(given.summary));
  return {
    location: text(asFolder(given.experiment), given.folder, inner.folder, given.fsPath, run),
    run,
    checkpoint: text(given.checkpoint),
    layer: index(given.layer),
    unit: index(given.unit),
  };
}

/** The run to show: the one that is named, or the newest that has something, or that is at work. */
export function runOf({ runs }: ExperimentEntry, named: string | undefined): string | undefined {
  if (named !== undefined) {
    return runs.find(({ folder }) => folder === path.normalize(named))?.folder;
  }
  const best = runs.find(({ state }) => state === 'finished' || state === 'running');
  return (best ?? runs.find(({ state }) => state === 'unfinished') ?? runs.at(0))?.folder;
}
