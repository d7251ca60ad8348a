import { closestName } from '../../core/closestName';
import { invalid, show } from '../../core/errors';
import { type MeasureId, MEASURES } from '../../core/measures/table';
import type { FigureTheme } from '../../figures/colour/palette';
import type { Figure } from '../../figures/marks/svgText';
import { NEURON_MEASURES, type PageMatrix } from '../../figures/matrix/measured';
import { settingsFrom } from '../../figures/matrix/settings';
import { snapshotFigure, initialSnapshot, neededCheckpoints } from '../../figures/matrix/snapshot';
import { runsFigure } from '../../figures/trajectories/figure';
import { INITIAL_STATE } from '../../figures/trajectories/state';
import { describeRun } from './describeRun';
import { MatrixReader } from './matrixReader';
import { readRun } from './readRun';
import { RunRows } from './runRows';

/** How a figure of a run looks; like that of a view that has just been opened unless said otherwise. */
export interface FigureOptions {
  readonly measure?: MeasureId;
  readonly theme?: FigureTheme;
}

/**
 * The attribution matrix of a checkpoint, as the view of the run exports it.
 * @param folder absolute path of the run
 * @param checkpoint as `checkpointName` gives it; the trained network of the first seed unless given
 * @throws LabError when the run keeps no such matrix, when the measure is none of single neurons, or when the
 * run cannot be read
 */
export async function checkpointFigure(
  folder: string,
  checkpoint: string | undefined,
  { measure, theme = 'light' }: FigureOptions = {},
): Promise<Figure> {
  requireNeuronMeasure(measure);
  const series = await new MatrixReader(folder).series(false);
  if (series.checkpoints.length === 0) throw invalid(series.empty ?? '', { file: folder });
  const names = series.checkpoints.map(({ name }) => name);
  if (checkpoint !== undefined && !names.includes(checkpoint)) {
    throw invalid(`there is no matrix of ${show(checkpoint)}; ${whatThereIs(checkpoint, names)}`, {
      field: '--matrix',
    });
  }
  const settings = settingsFrom({ checkpoint, measure }, series);
  const run = await readRun(folder);
  const matrices = new Map<string, PageMatrix>();
  for (const name of neededCheckpoints(series, settings))
    matrices.set(name, await run.attribution(name));
  const snapshot = initialSnapshot(series, settings, (name) => matrices.get(name) as PageMatrix);
  return snapshotFigure(snapshot, theme);
}

/**
 * The trajectories of a run, as their view exports them.
 * @param folder absolute path of the run
 * @throws LabError when nothing is measured yet, or the run cannot be read
 */
export async function trajectoryFigure(
  folder: string,
  { measure = INITIAL_STATE.measure, theme = 'light' }: FigureOptions = {},
): Promise<Figure> {
  const description = await describeRun(folder, false);
  const columns = await new RunRows(folder).columns(MEASURES.map(({ id }) => id));
  if (columns.count === 0) throw invalid('no epoch is measured yet', { file: folder });
  return runsFigure([{ description, columns }], theme, { ...INITIAL_STATE, measure });
}

const MAX_NAMED = 4;

function whatThereIs(wanted: string, names: readonly string[]): string {
  const closest = closestName(wanted, names);
  if (closest !== undefined) return `did you mean ${closest}?`;
  const rest = names.length - MAX_NAMED;
  return `kept are ${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function requireNeuronMeasure(measure: MeasureId | undefined): void {
  const ids = NEURON_MEASURES.map(({ id }) => id);
  if (measure === undefined || ids.includes(measure)) return;
  throw invalid(
    `${measure} is not a measure of single neurons, which a matrix has beside it; these are: ${ids.join(', ')}`,
    { field: '--measure' },
  );
}
