import path from 'node:path';
import { armsOf, needsTraining } from '../../core/experiment/arms';
import { invalid } from '../../core/errors';
import {
  unflattenRow,
  type FlatRow,
  type MaybeNumber,
  type MetricsRow,
} from '../../core/experiment/metricsRow';
import { nullLevel, type NullLevel } from '../../core/experiment/runNull';
import { MAX_ENTRIES } from '../../core/experiment/fields';
import type { Specification } from '../../core/experiment/specification';
import { spreadOf } from '../../core/experiment/summary';
import { byteSize } from '../../core/byteSize';
import { TimeSlice } from '../files/eventLoop';
import { readRunHeader } from '../runStore/header';
import { readRows } from '../runStore/metricsFile';
import { METRICS_FILE } from '../runStore/paths';

/** Results for a hidden layer of the trained specimens: means over seeds. */
export interface LayerResult {
  /** Mean polysemanticity R. */
  readonly relative: MaybeNumber;
  /** Mean number of neurons that respond to no feature. */
  readonly dead: MaybeNumber;
}

/** Results for the trained specimens of one arm: means over the seeds trained so far. */
export interface RunResult {
  /** `dense`, or the first arm that is trained where the experiment names its arms. */
  readonly arm: string;
  /** Number of seeds. */
  readonly seeds: number;
  /** Mean polysemanticity R. */
  readonly relative: MaybeNumber;
  /** Score of random readouts of the same code: one level, not a mean over seeds; null if unknown. */
  readonly null: NullLevel | null;
  /** Mean squared error on the test samples. */
  readonly testLoss: MaybeNumber;
  readonly layers: readonly LayerResult[];
}

/** Limit of the rows in memory, one per seed: twice what the maximal number of seeds takes. */
const MAX_BYTES = 64e6;

/**
 * Reads the results of a run's dense specimens, or those of its first trained arm, after their latest epoch of training.
 * @param folder of the run
 * @returns undefined if nothing is measured yet
 * @throws LabError when its rows cannot be read (`storage`), or have too many seeds
 */
export async function readRunResult(folder: string): Promise<RunResult | undefined> {
  const file = path.join(folder, METRICS_FILE);
  const latest = new Map<number, { epoch: number; flat: FlatRow; size: number }>();
  // The list of runs reports a damaged header.
  const header = await readRunHeader(folder).catch(() => undefined);
  const arm = header ? trainedArm(header.run.specification) : 'dense';
  let bytes = 0;
  for await (const { flat, epoch, start, end } of readRows(file, 'skip')) {
    if (flat.arm !== arm || flat.requested !== null) continue;
    const seed = flat.seed;
    const known = latest.get(seed);
    if (known && known.epoch > epoch) continue;
    bytes += end - start - (known?.size ?? 0);
    if (bytes > MAX_BYTES) {
      throw invalid(`the last rows of its seeds take more than ${byteSize(MAX_BYTES)}`, {
        file,
      });
    }
    if (!known && latest.size === MAX_ENTRIES) {
      throw invalid(`has rows of more than ${MAX_ENTRIES} seeds: no experiment has so many`, {
        file,
      });
    }
    latest.set(seed, { epoch, flat, size: end - start });
  }
  if (latest.size === 0) return undefined;
  const rows: MetricsRow[] = [];
  const slice = new TimeSlice();
  for (const { flat } of latest.values()) {
    rows.push(unflattenRow(flat));
    if (slice.isOver) await slice.yieldToEventLoop();
  }
  return resultOf(arm, rows, header && nullLevel(header.run.null, rows, 'relative'));
}

function trainedArm(specification: Specification): string {
  const arms = [...armsOf(specification).values()];
  return arms.find((arm) => needsTraining(arm))?.trainedAs ?? arms[0].name;
}

function resultOf(arm: string, rows: readonly MetricsRow[], level?: NullLevel): RunResult {
  const mean = (pick: (row: MetricsRow) => MaybeNumber): MaybeNumber =>
    spreadOf(rows.map(pick)).mean;
  const [{ hidden }] = rows;
  return {
    arm,
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
