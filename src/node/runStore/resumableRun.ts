import { flatFields } from '../../core/experiment/flatFields';
import type { Specification } from '../../core/experiment/specification';
import type { Experiment } from '../experiments/openExperiment';
import { formatSeeds } from '../experiments/numberLists';
import { isSameSpecification } from './header';
import { listRuns, type RunSummary, type UnfinishedRun } from './listRuns';
import { LAB_VERSION } from './version';

/** A run that the user has asked for. */
export interface RequestedRun {
  readonly specification: Specification;
  /** Name of the engine that the run must have been started with; any unless given. */
  readonly engine?: string;
}

/** Why a run is not resumed. */
export interface Obstacle {
  readonly kind:
    | 'damaged'
    | 'newer-format'
    | 'running'
    | 'version'
    | 'engine'
    | 'seeds'
    | 'specification'
    | 'null'
    | 'older';
  /** E.g. `its training.epochs is 2, not 3`. */
  readonly text: string;
}

/** An unfinished run that is not resumed, and why. */
export interface PassedOver {
  readonly run: RunSummary;
  /** At least one. */
  readonly obstacles: readonly Obstacle[];
}

/** The unfinished run to resume, and why not the others. */
export interface Choice {
  /** The newest run that the request would repeat. */
  readonly run?: UnfinishedRun;
  /** The others, newest first. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Chooses the run to resume: the newest that computes the same, was started by this version, and is not
 * written by a live process.
 * @param runs newest first
 */
export function chooseRun(runs: readonly RunSummary[], wanted: RequestedRun): Choice {
  let chosen: UnfinishedRun | undefined;
  const passedOver: PassedOver[] = [];
  for (const run of runs) {
    if (run.state === 'finished') continue;
    const obstacles = obstaclesOf(run, wanted);
    if (obstacles.length > 0) passedOver.push({ run, obstacles });
    else if (chosen) passedOver.push({ run, obstacles: [olderThan(chosen)] });
    else if (run.state !== 'damaged') chosen = run;
  }
  return { run: chosen, passedOver };
}

/** {@link chooseRun} for an experiment's runs. @throws LabError as {@link listRuns} does */
export async function findResumableRun(
  experiment: Experiment,
  wanted: RequestedRun,
): Promise<Choice> {
  return chooseRun(await listRuns(experiment.folder, 'file system'), wanted);
}

/** Reasons that are shown; the list of runs has the others. */
const MAX_REASONS = 5;

/** Why unfinished runs are not resumed; leaves out those older than the one that is. */
export function skipReasons({ run: chosen, passedOver }: Choice): string[] {
  const meant = passedOver.filter(({ obstacles }) => obstacles[0].kind !== 'older');
  const newer = chosen ? meant.filter(({ run }) => run.startedAt >= chosen.startedAt) : meant;
  const told = newer.slice(0, MAX_REASONS).map(({ run, obstacles }) => {
    return `run ${run.id}: ${obstacles.map(({ text }) => text).join('; ')}`;
  });
  const more = newer.length - told.length;
  return more > 0 ? [...told, `${more} older ones`] : told;
}

function olderThan({ id }: UnfinishedRun): Obstacle {
  return { kind: 'older', text: `run ${id} is newer and is resumed first` };
}

function obstaclesOf(run: RunSummary, { specification, engine }: RequestedRun): Obstacle[] {
  if (run.state === 'damaged') {
    return [{ kind: run.isNewer ? 'newer-format' : 'damaged', text: run.reason }];
  }
  const obstacles: Obstacle[] = [];
  const add = (kind: Obstacle['kind'], text: string): void => void obstacles.push({ kind, text });
  if (run.state === 'running') add('running', `${run.owner ?? 'another process'} is writing it`);
  if (run.version !== LAB_VERSION) {
    add(
      'version',
      `it was started by version ${run.version} of the lab, and this is ${LAB_VERSION}`,
    );
  }
  if (engine !== undefined && run.engine.name !== engine) {
    const other = run.engine.name;
    add(
      'engine',
      `it was started with the engine ${other}, not ${engine} ("auto" continues with it)`,
    );
  }
  const seeds = [run.specification.seeds, specification.seeds];
  const [had, has] = seeds.map(formatSeeds);
  if (had !== has) add('seeds', `its seeds are ${shortened(had)}, not ${shortened(has)}`);
  const same = { ...run.specification, seeds: specification.seeds };
  if (run.otherNull !== undefined) {
    add('null', run.otherNull);
    // The number of readouts belongs to the null, which is reported already.
    const { nullNeurons } = specification.measures;
    same.measures = { ...same.measures, nullNeurons };
  }
  if (!isSameSpecification(same, specification)) {
    add('specification', differencesInWords(same, specification));
  }
  return obstacles;
}

const MAX_FIELDS = 3;

function differencesInWords(begun: Specification, now: Specification): string {
  const [had, has] = [begun, now].map((value) => flatFields({ ...value, keep: undefined }));
  const fields = [...new Set([...had.keys(), ...has.keys()])].filter(
    (field) => had.get(field) !== has.get(field),
  );
  if (fields.length === 0) return 'its specification differs';
  const words = (value: string | undefined): string =>
    value === undefined ? 'left out' : shortened(value);
  const told = fields
    .slice(0, MAX_FIELDS)
    .map((field) => `its ${field} is ${words(had.get(field))}, not ${words(has.get(field))}`);
  const more = fields.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more fields differ`] : [])].join('; ');
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
