import { flatFields } from '../../core/experiment/flatFields';
import type { Specification } from '../../core/experiment/specification';
import type { Experiment } from '../experiments/openExperiment';
import { formatSeeds } from '../experiments/numberLists';
import { isSameSpecification } from './header';
import { listRuns, type RunSummary, type UnfinishedRun } from './listRuns';
import { LAB_VERSION } from './version';

/** What is to be run. */
export interface Wanted {
  readonly specification: Specification;
  /** Name of the engine that the run must have been begun with; any where it is left out. */
  readonly engine?: string;
}

/** Why a run is not taken up. */
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
  /** In words, of the run: `its training.epochs is 2, not 3`. */
  readonly text: string;
}

/** A run that is not finished, and why it stays so. */
export interface PassedOver {
  readonly run: RunSummary;
  /** At least one. */
  readonly obstacles: readonly Obstacle[];
}

/** Which of the runs that are not finished a new run goes on with, and why not with the others. */
export interface Choice {
  /** The newest that a new run would repeat. */
  readonly run?: UnfinishedRun;
  /** The others, newest first. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Chooses the run to take up: the newest that computes the same, was begun by this version, and that no
 * living process writes.
 * @param runs newest first
 */
export function chooseRun(runs: readonly RunSummary[], wanted: Wanted): Choice {
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

/** {@link chooseRun} of an experiment's runs. @throws LabError as {@link listRuns} does */
export async function findResumableRun(experiment: Experiment, wanted: Wanted): Promise<Choice> {
  return chooseRun(await listRuns(experiment.folder, 'file system'), wanted);
}

/** Of so many the reasons are told; who has more of them looks at the list of runs. */
const MAX_REASONS = 5;

/** Why runs that could be meant are not taken up; nothing of those that are older than the one that is. */
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
  return { kind: 'older', text: `run ${id} is newer, and is taken up first` };
}

function obstaclesOf(run: RunSummary, { specification, engine }: Wanted): Obstacle[] {
  if (run.state === 'damaged') {
    return [{ kind: run.isNewer ? 'newer-format' : 'damaged', text: run.reason }];
  }
  const obstacles: Obstacle[] = [];
  const add = (kind: Obstacle['kind'], text: string): void => void obstacles.push({ kind, text });
  if (run.state === 'running') add('running', `${run.owner ?? 'another process'} is writing it`);
  if (run.version !== LAB_VERSION) {
    add('version', `it was begun by version ${run.version} of the lab, and this is ${LAB_VERSION}`);
  }
  if (engine !== undefined && run.engine.name !== engine) {
    const other = run.engine.name;
    add('engine', `it was begun with the engine ${other}, not ${engine} ("auto" goes on with it)`);
  }
  const seeds = [run.specification.seeds, specification.seeds];
  const [had, has] = seeds.map(formatSeeds);
  if (had !== has) add('seeds', `its seeds are ${shortened(had)}, not ${shortened(has)}`);
  const same = { ...run.specification, seeds: specification.seeds };
  if (run.otherNull !== undefined) {
    add('null', run.otherNull);
    // How many readouts the other null was drawn from makes it no other experiment.
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
  if (fields.length === 0) return 'its specification is another one';
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
