import type { Palette } from '../../figures/colour/palette';
import type { Colours, Picture } from '../../figures/matrix/compose';
import { Composer } from '../../figures/matrix/composer';
import type { MeasuredMatrix } from '../../figures/matrix/measured';
import { type Stop, trainedStop } from '../../figures/matrix/track';
import { MatrixCache } from './matrixCache';
import { profileOf, WeightLoader } from './profile';
import type { Profile } from './profilePanel';
import type { MatrixSource } from './source';
import { currentStop, type MatrixChange, type MatrixState, wantedCheckpoints } from './state';

/** The picture of a matrix. */
export interface Drawing {
  readonly measured: MeasuredMatrix;
  readonly stop: Stop;
  readonly picture: Picture;
  readonly colours: Colours;
}

/** Loads the matrices of a run, and makes the pictures that a state asks for. */
export class Pictures {
  private cache: MatrixCache;
  private composer: Composer;
  private readonly weights: WeightLoader;
  private loaded: { readonly measured: MeasuredMatrix; readonly stop: Stop } | undefined;

  /** @param arrived is called when something was loaded, so that there is something else to draw */
  constructor(
    private readonly source: MatrixSource,
    state: MatrixState,
    private readonly dispatch: (change: MatrixChange) => void,
    private readonly arrived: () => void,
  ) {
    [this.cache, this.composer] = this.open(state);
    this.weights = new WeightLoader(source, arrived);
  }

  /** The matrices belong to another network or null from now on. */
  reopen(state: MatrixState): void {
    this.cache.dispose();
    [this.cache, this.composer] = this.open(state);
    this.loaded = undefined;
  }

  dispose(): void {
    this.cache.dispose();
  }

  /** Loads the matrix of the current stop, and in the background those that are likely to follow. */
  load(state: MatrixState): void {
    const { rows } = state.settings;
    const checkpoint = currentStop(state).checkpoint.name;
    const failed = this.failed(checkpoint);
    this.cache.load(checkpoint, rows).catch(failed);
    this.cache.prefetch(wantedCheckpoints(state), rows);
  }

  /** Goes to the next stop, or loads its matrix. @returns false while that is not loaded */
  playOn({ stops, index, settings }: MatrixState): boolean {
    const next = stops.at(index + 1)?.checkpoint.name;
    if (next !== undefined && !this.cache.get(next, settings.rows)) {
      this.cache.load(next, settings.rows).catch(this.failed());
      return false;
    }
    this.dispatch({ type: 'play on' });
    return true;
  }

  /** The picture of the current stop; until its matrix is loaded the one before, if there is one. */
  of(state: MatrixState, palette: Palette): Drawing | undefined {
    const { settings, stops } = state;
    const now = currentStop(state);
    const own = this.cache.get(now.checkpoint.name, settings.rows);
    if (own) this.loaded = { measured: own, stop: now };
    if (!this.loaded) return undefined;
    const { measured, stop } = this.loaded;
    const trained = stops[trainedStop(stops)].checkpoint.name;
    // Until the trained network's matrix is loaded, this one has colours and an axis of its own.
    const common = this.cache.get(trained, settings.rows) ?? measured;
    const sortedBy = this.sortedBy(state, measured);
    const picture = this.composer.picture(measured, stop, sortedBy, common, settings, stops);
    const colours = this.composer.colours(measured, picture.shown, common, settings, palette);
    return { measured, stop, picture, colours };
  }

  /** The profile of a neuron. */
  profile(
    { neuronIndex, stops, index, settings, series: about }: MatrixState,
    neuron: number,
    { measured, picture, colours }: Drawing,
  ): Profile {
    const trace = stops.map(({ checkpoint: { name } }) => {
      return this.cache.trace(name, settings.rows, picture.measure)?.[neuron] ?? NaN;
    });
    const weights = this.weights.of(stops[index].checkpoint);
    const facts = { scale: colours.scale, stops, current: index, trace, weights, about };
    return profileOf(measured, picture, neuronIndex, neuron, facts);
  }

  private open({ series, neuronIndex }: MatrixState): [MatrixCache, Composer] {
    const { compatibility, features } = series;
    return [
      new MatrixCache(this.source, neuronIndex, this.arrived, compatibility),
      new Composer(neuronIndex, features.length, series),
    ];
  }

  /** The matrix by which rows are sorted; until it is loaded, the one that is shown. */
  private sortedBy({ settings, series }: MatrixState, measured: MeasuredMatrix): MeasuredMatrix {
    const { follow, sortedBy, rows } = settings;
    if (follow || sortedBy === undefined) return measured;
    const known = this.cache.get(sortedBy, rows);
    if (!known && series.checkpoints.some(({ name }) => name === sortedBy)) {
      const sortByShown = (): void => this.dispatch({ type: 'sort by shown' });
      void this.cache.load(sortedBy, rows).catch(sortByShown);
    }
    return known ?? measured;
  }

  private failed(checkpoint?: string): (error: unknown) => void {
    return (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.dispatch({ type: 'failed', reason, checkpoint });
    };
  }
}
