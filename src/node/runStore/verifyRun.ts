import path from 'node:path';
import { LabError } from '../../core/errors';
import type { RunState } from '../../core/experiment/events';
import { legName, planRun } from '../../core/experiment/plan';
import { differenceOf, digestOfFile, type Digest } from './digest';
import { unlessMissing } from './disk';
import { readRunHeader, type FinishedRun, type StartedRun } from './header';
import { openAttributions, openSpecimens } from './merge';
import { isComplete, rowsByLeg } from './metricsFile';
import { ATTRIBUTIONS_FILE, METRICS_FILE, SPECIMENS_FILE, STARTED_FILE } from './paths';
import { inspect } from './repair';

/** The result for one part of a run. */
export interface VerifiedPart {
  /** Name of the file, or of the leg. */
  readonly name: string;
  /** `whole`: complete, but without a digest to compare with. */
  readonly state: 'as saved' | 'whole' | 'damaged';
  /** What is wrong, in words. */
  readonly damage?: string;
}

/** The result for a run. */
export interface Verification {
  readonly state: Exclude<RunState, 'running'>;
  /** The files of a finished run, the finished legs of an unfinished one. */
  readonly parts: readonly VerifiedPart[];
  /** Further notes for the user. */
  readonly remarks: readonly string[];
}

/**
 * Compares a whole run with its digests; changes nothing.
 * @param folder its absolute path
 * @throws LabError when there is no run, its header is damaged, or a file cannot be read
 */
export async function verifyRun(folder: string): Promise<Verification> {
  const header = await readRunHeader(folder);
  if (header?.state === 'finished') {
    return { state: 'finished', parts: await verifyFiles(folder, header.run), remarks: [] };
  }
  if (header) return verifyLegs(folder, header.run);
  throw new LabError('invalid-input', `this is not a run: ${STARTED_FILE} is missing`, {
    file: folder,
  });
}

async function verifyLegs(
  folder: string,
  { specification, digests }: StartedRun,
): Promise<Verification> {
  const { whole, damages, remarks } = await inspect(folder, specification, digests !== undefined);
  const wholeLegs = new Map(whole.map(({ leg, digest }) => [legName(leg), digest]));
  const damaged = new Map(damages.map(({ leg, damage }) => [leg, damage]));
  const parts = planRun(specification)
    .map(legName)
    .flatMap((name): VerifiedPart[] => {
      const damage = damaged.get(name);
      if (damage !== undefined) return [{ name, state: 'damaged', damage }];
      if (!wholeLegs.has(name)) return [];
      return [{ name, state: wholeLegs.get(name) ? 'as saved' : 'whole' }];
    });
  return { state: 'unfinished', parts, remarks };
}

async function verifyFiles(folder: string, run: FinishedRun): Promise<VerifiedPart[]> {
  if (!run.files) return verifyWithoutDigests(folder, run);
  const parts: VerifiedPart[] = [];
  for (const [name, saved] of Object.entries(run.files)) {
    const damage = await differenceIn(path.join(folder, path.basename(name)), saved);
    parts.push(
      damage === undefined ? { name, state: 'as saved' } : { name, state: 'damaged', damage },
    );
  }
  return parts;
}

async function differenceIn(file: string, saved: Digest): Promise<string | undefined> {
  const found = await unlessMissing(digestOfFile(file));
  return found ? differenceOf(found, saved) : 'is missing';
}

/** Checks a run of an earlier version: every row must exist, and every tensor must be in its place. */
async function verifyWithoutDigests(
  folder: string,
  { specification }: FinishedRun,
): Promise<VerifiedPart[]> {
  const { attributions, specimens } = specification.keep;
  const checks: readonly (readonly [string, () => Promise<unknown>])[] = [
    [METRICS_FILE, () => checkRows(path.join(folder, METRICS_FILE), specification)],
    ...(attributions === 'none'
      ? []
      : [[ATTRIBUTIONS_FILE, () => openAttributions(folder)] as const]),
    ...(specimens === 'none' ? [] : [[SPECIMENS_FILE, () => openSpecimens(folder)] as const]),
  ];
  const parts: VerifiedPart[] = [];
  for (const [name, check] of checks) {
    try {
      await check();
      parts.push({ name, state: 'whole' });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      parts.push({ name, state: 'damaged', damage: error.reason });
    }
  }
  return parts;
}

async function checkRows(file: string, specification: FinishedRun['specification']): Promise<void> {
  const rows = await rowsByLeg(file, 'throw');
  for (const leg of planRun(specification)) {
    const name = legName(leg);
    if (isComplete(specification, leg, rows.get(name) ?? [])) continue;
    throw new LabError(
      'invalid-input',
      `does not have exactly one row of ${name} for every epoch`,
      { file },
    );
  }
}
