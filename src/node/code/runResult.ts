import path from 'node:path';
import { invalid } from '../../core/errors';
import {
  unflattenRow,
  type FlatRow,
  type MaybeNumber,
  type MetricsRow,
} from '../../core/experiment/metricsRow';
import { nullLevel, type NullLevel } from '../../core/experiment/runNull';
import { MOST_ENTRIES } from '../../core/experiment/specification';
import { spreadOf } from '../../core/experiment/summary';
import { bytesInWords } from '../files/fileKinds';
import { TimeSlice } from '../files/eventLoop';
import { readRunHeader } from '../runStore/header';
import { readRows } from '../runStore/metricsFile';
import { METRICS_FILE } from '../runStore/paths';

/** What a run found for a hidden layer of its trained dense specimens: means over seeds. */
export interface LayerResult {
  /** Mean polysemanticity R. */
  readonly relative: MaybeNumber;
  /** Neurons that respond to no feature; of several seeds their mean, which need not be whole. */
  readonly dead: MaybeNumber;
}

/** What a run found for its trained dense specimens: means over those seeds that are trained so far. */
export interface RunResult {
  /** How many seeds. */
  readonly seeds: number;
  /** Mean polysemanticity R. */
  readonly relative: MaybeNumber;
  /** What random readouts of the same code score: one level, no mean over seeds; null where unknown. */
  readonly null: NullLevel | null;
  /** Mean squared error on the test samples. */
  readonly testLoss: MaybeNumber;
  readonly layers: readonly LayerResult[];
}

/** Of rows that are kept at a time, one for each seed: twice as much as the most seeds take. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Reads the figures of a run's dense specimens after their last epoch of training so far.
 * @param folder of the run
 * @returns undefined where nothing is measured yet
 * @throws LabError when its rows cannot be read (`storage`), or are of more seeds than anybody runs
 */
export async function readRunResult(folder: string): Promise<RunResult | undefined> {
  const file = path.join(folder, METRICS_FILE);
  const latest = new Map<number, { epoch: number; flat: FlatRow; size: number }>();
  let bytes = 0;
  for await (const { flat, epoch, start, end } of readRows(file, 'skip')) {
    if (flat.arm !== 'dense' || flat.requested !== null) continue;
    const seed = flat.seed as number;
    const known = latest.get(seed);
    if (known && known.epoch > epoch) continue;
    bytes += end - start - (known?.size ?? 0);
    if (bytes > MAX_BYTES) {
      throw invalid(`the last rows of its seeds take more than ${bytesInWords(MAX_BYTES)}`, {
        file,
      });
    }
    if (!known && latest.size === MOST_ENTRIES) {
      throw invalid(`has rows of more than ${MOST_ENTRIES} seeds: no experiment has so many`, {
        file,
      });
    }
    latest.set(seed, { epoch, flat, size: end - start });
  }
  if (latest.size === 0) return undefined;
  // What is wrong with what a run says of itself is told where runs are listed.
  const header = await readRunHeader(folder).catch(() => undefined);
  const rows: MetricsRow[] = [];
  const slice = new TimeSlice();
  for (const { flat } of latest.values()) {
    rows.push(unflattenRow(flat));
    if (slice.isOver) await slice.yieldToEventLoop();
  }
  return resultOf(rows, header && nullLevel(header.run.null, rows, 'relative'));
}

/** Means over specimens of the same architecture, and the level to hold them against. */
function resultOf(rows: readonly MetricsRow[], level?: NullLevel): RunResult {
  const mean = (pick: (row: MetricsRow) => MaybeNumber): MaybeNumber =>
    spreadOf(rows.map(pick)).mean;
  const [{ hidden }] = rows;
  return {
    seeds: rows.length,
    relative: mean(({ measures }) => measures.relative.mean),
    null: level ?? null,
    testLoss: mean(({ testLoss }) => testLoss),
    layers: hidden.map((width, layer) => ({
      relative: mean(({ measures }) => measures.relative.layers[layer] ?? null),
      dead: mean(({ measures }) => {
        const share = measures.deadFraction.layers[layer] ?? null;
        return share === null ? null : share * width;
      }),
    })),
  };
}
