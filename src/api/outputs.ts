import { counted } from '../core/counted';
import path from 'node:path';
import type { AttributionMatrix } from '../core/attribution/matrix';
import { invalid } from '../core/errors';
import { armsOf } from '../core/experiment/arms';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { legName, type LegInput } from '../core/experiment/plan';
import {
  attributionBundle,
  measuringOf,
  seriesBundle,
  type AttributionOptions as BundleOptions,
  type MatrixCheckpoint as ShownCheckpoint,
} from '../node/notebook/outputs/attributionBundle';
import { seriesArms } from '../figures/arms/seriesArms';
import { runBundle } from '../node/notebook/outputs/runBundle';
import { trajectoryBundle } from '../node/notebook/outputs/trajectoryBundle';
import { apart, fieldsOf, listOf, refused } from './checks/arrays';
import { checked, checkedPart } from './checks/checked';
import { checkedMatrix } from './checks/matrices';
import { path as pathOption, placeOptions, shownOptions, titleOption } from './checks/options';
import { checkedRows, checkedRun, isRun } from './checks/rows';
import { DISPLAY, type Displayed, type MimeBundle } from './display';
import type { Run } from './run';

/** A matrix of a series. */
export interface MatrixCheckpoint extends Omit<ShownCheckpoint, 'leg'> {
  readonly leg: LegInput;
}

/** Largest number of runs that a page compares. */
const MAX_RUNS = 64;

/** Title, nulls, run and compatibility of a displayed matrix. */
export interface AttributionOptions extends Omit<BundleOptions, 'run' | 'activation'> {
  /** The matrix's run or its folder, so that a click opens the matrix in the large view. */
  readonly run?: Run | string;
}

/**
 * Displays a matrix with an optional title, nulls of its measures, and run.
 * @throws LabError naming what is invalid in matrix or options
 */
export function attributionOutput(
  matrix: AttributionMatrix,
  options: AttributionOptions = {},
): Displayed {
  const whole = checkedMatrix(matrix, 'matrix');
  const around = checkedOptions(options);
  return shown(() => attributionBundle(whole, around()));
}

/**
 * Displays a series of matrices with a slider.
 * @throws LabError naming what is invalid in checkpoints or options, or when there are no checkpoints
 */
export function seriesOutput(
  checkpoints: readonly MatrixCheckpoint[],
  options: Omit<AttributionOptions, 'nulls'> = {},
): Displayed {
  const series = checkedCheckpoints(checkpoints, 'checkpoints');
  const around = checkedOptions(options);
  const { run } = options;
  const runNull = typeof run === 'object' ? run.nulls : undefined;
  const arms =
    typeof run === 'object' && run.specification.arms ? seriesArms(run.specification) : undefined;
  return shown(() => seriesBundle(series, { ...around(), runNull, arms }));
}

/**
 * Displays the trajectories of rows, or of one or more runs for comparison.
 * @throws LabError naming what is invalid in rows or title, or when there are no rows
 */
export function trajectoryOutput(
  rows: readonly MetricsRow[] | Run | readonly Run[],
  title?: string,
): Displayed {
  const heading = checked(titleOption, title, 'title');
  if (isRun(rows)) return shown(async () => trajectoryBundle([await trajectoryOf(rows)], heading));
  const list = listOf(rows, 'rows', 'rows of metrics, a run or runs');
  if (list.length === 0) throw refused(list, 'at least 1 entry', 'rows');
  if (!list.some(isRun)) {
    const given = checkedRows(list, 'rows');
    return shown(() => trajectoryBundle([{ name: heading ?? 'Trajectory', rows: given }], heading));
  }
  if (list.length > MAX_RUNS) {
    throw invalid(`has ${counted(list.length, 'entry')}; at most ${MAX_RUNS} runs are compared`, {
      field: 'rows',
    });
  }
  const runs = list.map((run, i) => checkedRun(run, `rows[${i}]`));
  return shown(async () => trajectoryBundle(await Promise.all(runs.map(trajectoryOf)), heading));
}

/**
 * Displays a run: its header, the matrices of the first seed's dense specimen (of named arms: those of the first
 * that prunes, with its training), and the trajectories.
 * @throws LabError for anything but a run
 */
export function runOutput(run: Run): Displayed {
  return runDisplay(checkedRun(run, 'run'));
}

/**
 * The display of a run.
 * @param matrixOf reads the matrix of a checkpoint; by default as float64, which stored runs avoid
 */
export function runDisplay(
  run: Run,
  matrixOf: (name: string) => Promise<ShownCheckpoint['attribution']> = (name) =>
    run.attribution(name),
): Displayed {
  return shown(async () => {
    const rows = await run.rows();
    const checkpoints = await run.checkpoints();
    const [seed] = run.specification.seeds;
    const arms = armsToShow(run.specification);
    const shownOnes = checkpoints.filter(({ leg, attribution }) => {
      return attribution && leg.seed === seed && arms.includes(leg.arm);
    });
    const matrices = await Promise.all(
      shownOnes.map(async ({ name, leg, phase, epoch }): Promise<ShownCheckpoint> => {
        const row = rows.find(
          (candidate) => legName(candidate) === legName(leg) && candidate.epoch === epoch,
        );
        return { leg, phase, epoch, attribution: await matrixOf(name), row };
      }),
    );
    return runBundle({ ...(await trajectoryOf(run)), state: run.state, matrices });
  });
}

/** `dense`, or the first named arm that prunes and the one that it is trained as. */
function armsToShow(specification: Run['specification']): string[] {
  if (!specification.arms) return ['dense'];
  const arms = [...armsOf(specification).values()];
  const { name, trainedAs } = arms.find(({ pruning }) => pruning !== undefined) ?? arms[0];
  return [name, trainedAs];
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

/** Checks options; the result is evaluated at display time, since a run may get its folder later. */
function checkedOptions(value: unknown): () => BundleOptions {
  // A run is not plain data.
  const [run, others] = apart(value, 'run', 'options');
  const { title, nulls, compatibility } = checked(shownOptions, others, 'options');
  const place = run === undefined || typeof run === 'string' ? run : checkedRun(run, 'run');
  if (typeof place === 'string') checked(pathOption, place, 'run');
  return () => {
    const ofRun = typeof place === 'object' ? measuringOf(place.specification) : {};
    const folder = typeof place === 'object' ? place.folder : place;
    return {
      title,
      nulls,
      ...(folder !== undefined && { run: relativeToNotebook(folder) }),
      ...ofRun,
      ...(compatibility && { compatibility }),
    };
  };
}

function checkedCheckpoints(value: unknown, name: string): ShownCheckpoint[] {
  const list = listOf(value, name);
  if (list.length === 0) throw refused(list, 'at least 1 entry', name);
  return list.map((checkpoint, i): ShownCheckpoint => {
    const field = `${name}[${i}]`;
    const names = ['leg', 'phase', 'epoch', 'attribution', 'row'] as const;
    const given = fieldsOf(checkpoint, names, field, 'a checkpoint with its matrix');
    const [row] = given.row === undefined ? [] : checkedRows([given.row], `${field}.row`);
    return {
      ...checkedPart(
        placeOptions,
        { leg: given.leg, phase: given.phase, epoch: given.epoch },
        field,
      ),
      attribution: checkedMatrix(given.attribution, `${field}.attribution`),
      row,
    };
  });
}

/** A kernel's working directory is the folder of its notebook. */
function relativeToNotebook(folder: string): string {
  return path.relative(process.cwd(), folder).split(path.sep).join('/') || '.';
}

function shown(display: () => MimeBundle | Promise<MimeBundle>): Displayed {
  return { [DISPLAY]: display };
}
