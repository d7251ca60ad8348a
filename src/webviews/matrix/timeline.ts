import type { MatrixSeries } from '../../protocol/matrix';
import {
  sameMoment,
  stopsOf,
  tracksOf,
  trainedStop,
  type Detail,
  type Stop,
  type Track,
} from '../../figures/matrix/track';

/** Where the view stands in time: the stops of a track, and one of them. */
export class Timeline {
  stops: readonly Stop[] = [];
  index = 0;

  constructor(
    private series: MatrixSeries,
    private detail: Detail,
    checkpoint: string | undefined,
  ) {
    this.adopt(series, checkpoint);
  }

  get stop(): Stop {
    return this.stops[this.index];
  }

  /** The stop that shows the trained specimen, before anything is pruned. */
  get trained(): Stop {
    return this.stops[trainedStop(this.stops)];
  }

  get track(): Track {
    return this.stop.checkpoint.leg;
  }

  /** Takes over what a run has now. @param checkpoint that is shown, if there is one */
  adopt(series: MatrixSeries, checkpoint: string | undefined): void {
    const atEnd = this.stops.length > 0 && this.index === this.stops.length - 1;
    this.series = series;
    const known = series.checkpoints.find(({ name }) => name === checkpoint);
    this.place(known?.leg ?? tracksOf(series)[0], checkpoint);
    // Whoever looks at the newest checkpoint of a run at work wants to see the next.
    if (known && atEnd && series.state === 'running') this.index = this.stops.length - 1;
  }

  /** The same moment of another seed or arm, or of the nearest that there is. */
  setTrack({ seed, arm }: Track): void {
    const tracks = tracksOf(this.series);
    const track =
      tracks.find((one) => one.seed === seed && one.arm === arm) ??
      tracks.find((one) => one.seed === seed) ??
      tracks[0];
    this.place(track, this.stop.checkpoint.name);
  }

  setDetail(detail: Detail): void {
    this.detail = detail;
    this.place(this.track, this.stop.checkpoint.name);
  }

  /** Goes to a checkpoint. @returns the detail that shows it; undefined if there is no such */
  show(checkpoint: string): Detail | undefined {
    const found = this.series.checkpoints.find(({ name }) => name === checkpoint);
    if (!found) return undefined;
    const atEnds = stopsOf(this.series, found.leg, 'ends').some((one) => one.checkpoint === found);
    if (!atEnds) this.detail = 'epochs';
    this.place(found.leg, checkpoint);
    return this.detail;
  }

  /** @returns whether there is such another stop */
  go(index: number): boolean {
    const wanted = Math.max(0, Math.min(this.stops.length - 1, index));
    if (wanted === this.index) return false;
    this.index = wanted;
    return true;
  }

  /** Checkpoints from this one on, then those before it: the order in which they are wanted. */
  upcoming(): string[] {
    const names = this.stops.map(({ checkpoint }) => checkpoint.name);
    return [...names.slice(this.index), ...names.slice(0, this.index)];
  }

  private place(track: Track, checkpoint: string | undefined): void {
    this.stops = stopsOf(this.series, track, this.detail);
    const same = this.stops.findIndex(({ checkpoint: { name } }) => name === checkpoint);
    const like = this.series.checkpoints.find(({ name }) => name === checkpoint);
    this.index = same >= 0 ? same : like ? sameMoment(this.stops, like) : trainedStop(this.stops);
  }
}
