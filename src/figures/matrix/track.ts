import type { MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import { counted } from '../../core/counted';
import { ratioText } from '../text/numbers';

/** Checkpoints of an arm and seed, from the initial weights through all pruning ratios. */
export interface Track {
  readonly seed: number;
  readonly arm: string;
}

/** Epochs of retraining at which the slider stops. */
export type Detail = 'ends' | 'epochs';

/** A moment on the time slider. */
export interface Stop {
  readonly checkpoint: SeriesCheckpoint;
  /** Requested pruning ratio; null while the unpruned specimen is trained. */
  readonly ratio: number | null;
  /** The leg, as text that is the same for its stops: training, a ratio, or a step to a ratio. */
  readonly section: string;
  /** For example `epoch 12` or `pruned 5%`. */
  readonly label: string;
}

/** The tracks of a run, in its order; those of named arms in the order of the specification. */
export function tracksOf({ checkpoints, arms }: MatrixSeries): Track[] {
  const tracks = new Map<string, Track>();
  for (const { leg } of checkpoints) {
    tracks.set(`${leg.seed} ${leg.arm}`, { seed: leg.seed, arm: leg.arm });
  }
  if (!arms) return [...tracks.values()];
  const seeds = [...new Set([...tracks.values()].map(({ seed }) => seed))];
  return seeds.flatMap((seed) => arms.flatMap(({ name }) => tracks.get(`${seed} ${name}`) ?? []));
}

/** Whether a track leads through a checkpoint: one of its own, or of the training that it continues. */
function leadsThrough(
  { arms }: Pick<MatrixSeries, 'arms'>,
  { seed, arm }: Track,
  { leg }: SeriesCheckpoint,
): boolean {
  if (leg.seed !== seed) return false;
  if (leg.arm === arm) return true;
  return leg.requested === null && arms?.find(({ name }) => name === arm)?.trainedAs === leg.arm;
}

/** The track to stay on at a checkpoint: the current one if it leads through it, otherwise its own. */
export function trackThrough(
  series: MatrixSeries,
  checkpoint: string | undefined,
  current: Track,
): Track | undefined {
  const found = series.checkpoints.find(({ name }) => name === checkpoint);
  return found && leadsThrough(series, current, found) ? current : found?.leg;
}

/** The stops of a track: training by epoch, then pruned and retrained by ratio. */
export function stopsOf(series: MatrixSeries, track: Track, detail: Detail): Stop[] {
  const own = series.checkpoints.filter((checkpoint) => leadsThrough(series, track, checkpoint));
  const ratioOf = ({ leg }: SeriesCheckpoint): number => leg.requested ?? -1;
  const stops = own
    .map((checkpoint): Stop => ({
      checkpoint,
      ratio: checkpoint.leg.requested,
      section: sectionOf(checkpoint),
      label: labelOf(checkpoint),
    }))
    .sort((a, b) => {
      return (
        ratioOf(a.checkpoint) - ratioOf(b.checkpoint) ||
        (a.checkpoint.leg.step ?? 1) - (b.checkpoint.leg.step ?? 1) ||
        a.checkpoint.epoch - b.checkpoint.epoch
      );
    });
  if (detail === 'epochs') return stops;
  return stops.filter(({ checkpoint, ratio, section }, i) => {
    return ratio === null || checkpoint.phase === 'pruned' || stops[i + 1]?.section !== section;
  });
}

function sectionOf({ leg: { requested, step } }: SeriesCheckpoint): string {
  if (requested === null) return 'training';
  return step === undefined ? ratioText(requested) : `${ratioText(requested)}, step ${step}`;
}

function labelOf(checkpoint: SeriesCheckpoint): string {
  const { phase, epoch } = checkpoint;
  const ratio = sectionOf(checkpoint);
  switch (phase) {
    case 'initial':
      return 'initial weights';
    case 'training':
      return `epoch ${epoch}`;
    case 'pruned':
      return `pruned ${ratio}`;
    case 'retraining':
      return `pruned ${ratio}, retrained ${counted(epoch, 'epoch')}`;
  }
}

/** The stop of the same moment on another track, or else the nearest before it. */
function sameMoment(stops: readonly Stop[], like: SeriesCheckpoint): number {
  const placeOf = ({ leg }: SeriesCheckpoint): readonly [number, number] => [
    leg.requested ?? -1,
    // An arm without steps has what the others have after their last.
    leg.step ?? (leg.requested === null ? 0 : Infinity),
  ];
  const [wanted, step] = placeOf(like);
  let best = 0;
  stops.forEach(({ checkpoint }, i) => {
    const [ratio, own] = placeOf(checkpoint);
    const isBefore = ratio < wanted || (ratio === wanted && own < step);
    const isSame = ratio === wanted && (own === step || !Number.isFinite(own));
    if (isBefore || (isSame && checkpoint.epoch <= like.epoch)) best = i;
  });
  return best;
}

/** The stop that shows the trained specimen, before anything is pruned; else the first. */
export function trainedStop(stops: readonly Stop[]): number {
  const pruned = stops.findIndex(({ ratio }) => ratio !== null);
  return Math.max(0, (pruned < 0 ? stops.length : pruned) - 1);
}

/** The stops of a track, and the one that shows a checkpoint or the same moment as it. */
export function stopsAround(
  series: MatrixSeries,
  checkpoint: string | undefined,
  detail: Detail,
  track?: Track,
): { readonly track: Track; readonly stops: readonly Stop[]; readonly index: number } {
  const like = series.checkpoints.find(({ name }) => name === checkpoint);
  const { seed, arm } = track ?? like?.leg ?? tracksOf(series)[0];
  const stops = stopsOf(series, { seed, arm }, detail);
  const exact = stops.findIndex((stop) => stop.checkpoint.name === checkpoint);
  return {
    track: { seed, arm },
    stops,
    index: exact >= 0 ? exact : like ? sameMoment(stops, like) : trainedStop(stops),
  };
}
