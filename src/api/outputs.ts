import path from 'node:path';
import type { AttributionMatrix } from '../core/attribution/matrix';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { legName } from '../core/experiment/plan';
import {
  attributionBundle,
  seriesBundle,
  type AttributionOptions as BundleOptions,
  type MatrixCheckpoint,
} from '../node/notebook/outputs/attributionBundle';
import { runBundle } from '../node/notebook/outputs/runBundle';
import { trajectoryBundle } from '../node/notebook/outputs/trajectoryBundle';
import { DISPLAY, type Displayed, type MimeBundle } from './display';
import type { Run } from './run';

export type { MatrixCheckpoint };

/** What stands around a matrix. */
export interface AttributionOptions extends Omit<BundleOptions, 'run'> {
  /** The run that it is of, so that a click opens it in the big view; or its folder. */
  readonly run?: Run | string;
}

/** Shows a matrix with a title, the nulls of its measures, or the run that it is of. */
export function attributionOutput(
  matrix: AttributionMatrix,
  options: AttributionOptions = {},
): Displayed {
  return shown(() => attributionBundle(matrix, bundleOptions(options)));
}

/** Shows matrices to move through by a slider. */
export function seriesOutput(
  checkpoints: readonly MatrixCheckpoint[],
  options: Omit<AttributionOptions, 'nulls'> = {},
): Displayed {
  const { run } = options;
  const runNull = typeof run === 'object' ? run.nulls : undefined;
  return shown(() => seriesBundle(checkpoints, { ...bundleOptions(options), runNull }));
}

/** Shows the trajectories of rows, or of the rows of runs, compared. */
export function trajectoryOutput(
  rows: readonly MetricsRow[] | Run | readonly Run[],
  title?: string,
): Displayed {
  return shown(async () => {
    const list: readonly (MetricsRow | Run)[] = Array.isArray(rows)
      ? (rows as readonly (MetricsRow | Run)[])
      : [rows as Run];
    if (!list.every(isRun)) {
      return trajectoryBundle([{ name: title ?? 'Trajectory', rows: list as MetricsRow[] }], title);
    }
    return trajectoryBundle(await Promise.all(list.map(trajectoryOf)), title);
  });
}

/** Shows a run: what it is, the matrices of a seed's dense specimen, and the trajectories. */
export function runOutput(run: Run): Displayed {
  return runDisplay(run);
}

/** The method by which a run is shown. */
export function runDisplay(run: Run): Displayed {
  return shown(async () => {
    const rows = await run.rows();
    const checkpoints = await run.checkpoints();
    const [seed] = run.specification.seeds;
    const ofDense = checkpoints.filter(({ leg, attribution }) => {
      return attribution && leg.seed === seed && leg.arm === 'dense';
    });
    const matrices = await Promise.all(
      ofDense.map(async ({ name, leg, phase, epoch }): Promise<MatrixCheckpoint> => {
        const row = rows.find(
          (candidate) =>
            legName({ ...candidate, requested: candidate.requested ?? undefined }) ===
              legName(leg) && candidate.epoch === epoch,
        );
        return { leg, phase, epoch, attribution: await run.attribution(name), row };
      }),
    );
    return runBundle({ ...(await trajectoryOf(run)), state: run.state, matrices });
  });
}

async function trajectoryOf(run: Run): Promise<{
  name: string;
  rows: MetricsRow[];
  run?: string;
  id?: string;
  engine: string;
  specification: Run['specification'];
  nulls?: Run['nulls'];
}> {
  const { specification, engine, folder, nulls } = run;
  return {
    name: specification.name,
    rows: await run.rows(),
    engine,
    specification,
    nulls,
    ...(folder !== undefined && { run: relativeToNotebook(folder), id: path.basename(folder) }),
  };
}

function bundleOptions({ run, ...options }: AttributionOptions): BundleOptions {
  const folder = typeof run === 'object' ? run.folder : run;
  return { ...options, ...(folder !== undefined && { run: relativeToNotebook(folder) }) };
}

/** A kernel's working directory is the folder of its notebook. */
function relativeToNotebook(folder: string): string {
  return path.relative(process.cwd(), folder).split(path.sep).join('/') || '.';
}

function isRun(value: MetricsRow | Run): value is Run {
  return typeof (value as Partial<Run>).rows === 'function';
}

function shown(display: () => MimeBundle | Promise<MimeBundle>): Displayed {
  return { [DISPLAY]: display };
}
