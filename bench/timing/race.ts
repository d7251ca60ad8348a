import { setTimeout } from 'node:timers/promises';
import type { Cell } from '../report';
import { difference } from './agreement';
import type { Contender, Run } from './contender';
import { summarise, type Summary } from './statistics';

/** How long to measure. */
export interface Effort {
  /** Every contender is measured so often. */
  readonly rounds: number;
  /** Milliseconds that one measurement should take. */
  readonly sampleMs: number;
}

/** A contender with a correct result. */
interface Ready {
  readonly contender: Contender;
  /** Difference of its result from the first contender's; undefined for the first, and without a result. */
  readonly difference?: number;
}

/** What a contender costs, found while it warms up. */
interface Calibrated extends Ready {
  /** What to ask for so that a measurement takes as long as it should. */
  readonly amount: number;
  /** Milliseconds per unit. */
  readonly cost: number;
}

/** A way of a column that is slower than another of it by this factor is not measured further. */
const HOPELESS = 1.3;
/** Worker threads of native libraries spin for a while after their work is done. */
const SETTLE_MS = 30;
const MAXIMUM_GROWTH = 16;

/**
 * Measures contenders in turn, round after round, so that whatever else the machine does hits all of
 * them. First each computes its result; one that differs from the first contender's is not measured.
 * @returns by column
 */
export async function race(
  contenders: readonly Contender[],
  effort: Effort,
): Promise<Record<string, Cell>> {
  const cells: Record<string, Cell> = {};
  const ready = await prepare(contenders, cells);
  const calibrated: Calibrated[] = [];
  for (const each of ready) calibrated.push(await calibrate(each, effort.sampleMs));
  const running = calibrated.filter(({ contender, cost }) =>
    calibrated.every(
      (other) => other.contender.column !== contender.column || cost < HOPELESS * other.cost,
    ),
  );
  const times = running.map(() => [] as number[]);
  for (let round = 0; round < effort.rounds; round++) {
    for (const [i, { contender, amount }] of running.entries()) {
      await setTimeout(SETTLE_MS);
      times[i].push(perUnit(await contender.run(amount)));
    }
  }
  running.forEach(({ contender: { column, variant, extrapolated }, difference: off }, i) => {
    const ms = summarise(times[i]);
    const best = column in cells ? cells[column] : undefined;
    if (best?.state === 'timed' && best.ms.minimum <= ms.minimum) return;
    cells[column] = { state: 'timed', ms, difference: off, variant, extrapolated };
  });
  for (const { contender } of ready) await contender.finish();
  return cells;
}

/** Measures one contender doing exactly so much, in milliseconds for all of it. */
export async function timeAmount(
  contender: Contender,
  amount: number,
  rounds: number,
): Promise<Summary> {
  await contender.prepare();
  await contender.run(amount);
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push((await contender.run(amount)).ms);
  await contender.finish();
  return summarise(values);
}

/** Prepares all, and fills the cells of the columns that fail or compute something else. */
async function prepare(
  contenders: readonly Contender[],
  cells: Record<string, Cell>,
): Promise<Ready[]> {
  const ready: Ready[] = [];
  let reference: ArrayLike<number> | undefined;
  for (const contender of contenders) {
    const { column, tolerance } = contender;
    let result: ArrayLike<number>;
    try {
      result = await contender.prepare();
    } catch (error) {
      // Without our own result, there is nothing to compare the others with.
      if (!reference) throw error;
      cells[column] = { state: 'failed', reason: String(error) };
      continue;
    }
    const off =
      reference && tolerance ? difference(reference, result, tolerance.measure) : undefined;
    reference ??= result;
    if (tolerance && off !== undefined && !(off <= tolerance.atMost)) {
      cells[column] = { state: 'different', difference: off, allowed: tolerance.atMost };
    }
    ready.push({ contender, difference: off });
  }
  const isDifferent = ({ contender }: Ready): boolean => contender.column in cells;
  for (const { contender } of ready.filter(isDifferent)) await contender.finish();
  return ready.filter((each) => !isDifferent(each));
}

/** Warms up with growing amounts until one takes about as long as a measurement should. */
async function calibrate(ready: Ready, sampleMs: number): Promise<Calibrated> {
  const { contender } = ready;
  let amount = 1;
  let unitsBefore = 0;
  for (;;) {
    let run = await contender.run(amount);
    // Something else may have held it up: only the second time counts as long.
    if (run.ms > sampleMs / 2) run = shorter(run, await contender.run(amount));
    const growth = Math.min(MAXIMUM_GROWTH, sampleMs / run.ms);
    if (run.ms > sampleMs / 2 || run.units <= unitsBefore) {
      const fitting = Math.max(1, Math.round(amount * Math.min(1, growth)));
      return { ...ready, amount: fitting, cost: perUnit(run) };
    }
    unitsBefore = run.units;
    amount = Math.ceil(amount * Math.max(2, growth));
  }
}

function shorter(a: Run, b: Run): Run {
  return a.ms < b.ms ? a : b;
}

function perUnit({ ms, units }: Run): number {
  return ms / units;
}
