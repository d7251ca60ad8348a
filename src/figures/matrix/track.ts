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
  /** For example `epoch 12` or `pruned 5%`. */
  readonly label: string;
}

/** The tracks of a run, in its order. */
export function tracksOf({ checkpoints }: MatrixSeries): Track[] {
  const tracks = new Map<string, Track>();
  for (const { leg } of checkpoints) {
    tracks.set(`${leg.seed} ${leg.arm}`, { seed: leg.seed, arm: leg.arm });
  }
  return [...tracks.values()];
}

/** The stops of a track: training by epoch, then pruned and retrained by ratio. */
export function stopsOf(series: MatrixSeries, { seed, arm }: Track, detail: Detail): Stop[] {
  const own = series.checkpoints.filter(({ leg }) => leg.seed === seed && leg.arm === arm);
  const ratioOf = ({ leg }: SeriesCheckpoint): number => leg.requested ?? -1;
  const stops = own
    .map((checkpoint): Stop => ({
      checkpoint,
      ratio: checkpoint.leg.requested,
      label: labelOf(checkpoint),
    }))
    .sort((a, b) => {
      return (
        ratioOf(a.checkpoint) - ratioOf(b.checkpoint) || a.checkpoint.epoch - b.checkpoint.epoch
      );
    });
  if (detail === 'epochs') return stops;
  return stops.filter(({ checkpoint, ratio }, i) => {
    return ratio === null || checkpoint.phase === 'pruned' || stops[i + 1]?.ratio !== ratio;
  });
}

function labelOf({ leg, phase, epoch }: SeriesCheckpoint): string {
  const ratio = ratioText(leg.requested ?? 0);
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
  const wanted = like.leg.requested ?? -1;
  let best = 0;
  stops.forEach(({ checkpoint, ratio: asked }, i) => {
    const ratio = asked ?? -1;
    if (ratio < wanted || (ratio === wanted && checkpoint.epoch <= like.epoch)) best = i;
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
): { readonly stops: readonly Stop[]; readonly index: number } {
  const like = series.checkpoints.find(({ name }) => name === checkpoint);
  const stops = stopsOf(series, track ?? like?.leg ?? tracksOf(series)[0], detail);
  const exact = stops.findIndex((stop) => stop.checkpoint.name === checkpoint);
  return {
    stops,
    index: exact >= 0 ? exact : like ? sameMoment(stops, like) : trainedStop(stops),
  };
}
