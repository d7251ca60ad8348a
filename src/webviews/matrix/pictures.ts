import type { Palette } from '../../figures/colour/palette';
import type { Colours, Picture } from '../../figures/matrix/compose';
import { Composer } from '../../figures/matrix/composer';
import type { Entry } from '../../figures/matrix/measured';
import { type Stop, trainedStop } from '../../figures/matrix/track';
import { Library } from './library';
import { profileOf, WeightShelf } from './profile';
import type { Profile } from './profilePanel';
import type { MatrixSource } from './source';
import { currentStop, type MatrixChange, type MatrixState, wantedCheckpoints } from './state';

/** The picture of a matrix. */
export interface Drawing {
  readonly entry: Entry;
  readonly stop: Stop;
  readonly picture: Picture;
  readonly colours: Colours;
}

/** Loads the matrices of a run, and makes the pictures that a state asks for. */
export class Pictures {
  private library: Library;
  private composer: Composer;
  private readonly weights: WeightShelf;
  private loaded: { readonly entry: Entry; readonly stop: Stop } | undefined;

  /** @param arrived is called when something was loaded, so that there is something else to draw */
  constructor(
    private readonly source: MatrixSource,
    state: MatrixState,
    private readonly dispatch: (change: MatrixChange) => void,
    private readonly arrived: () => void,
  ) {
    [this.library, this.composer] = this.open(state);
    this.weights = new WeightShelf(source, arrived);
  }

  /** The matrices belong to another network or null from now on. */
  reopen(state: MatrixState): void {
    this.library.dispose();
    [this.library, this.composer] = this.open(state);
    this.loaded = undefined;
  }

  dispose(): void {
    this.library.dispose();
  }

  /** Loads the matrix of the current stop, and in the background those that are likely to follow. */
  load(state: MatrixState): void {
    const { rows } = state.settings;
    const checkpoint = currentStop(state).checkpoint.name;
    const failed = this.failed(checkpoint);
    this.library.load(checkpoint, rows).catch(failed);
    this.library.prefetch(wantedCheckpoints(state), rows);
  }

  /** Goes to the next stop, or loads its matrix. @returns false while that is not loaded */
  playOn({ stops, index, settings }: MatrixState): boolean {
    const next = stops.at(index + 1)?.checkpoint.name;
    if (next !== undefined && !this.library.get(next, settings.rows)) {
      this.library.load(next, settings.rows).catch(this.failed());
      return false;
    }
    this.dispatch({ type: 'play on' });
    return true;
  }

  /** The picture of the current stop; until its matrix is loaded the one before, if there is one. */
  of(state: MatrixState, palette: Palette): Drawing | undefined {
    const { settings, stops } = state;
    const now = currentStop(state);
    const own = this.library.get(now.checkpoint.name, settings.rows);
    if (own) this.loaded = { entry: own, stop: now };
    if (!this.loaded) return undefined;
    const { entry, stop } = this.loaded;
    const trained = stops[trainedStop(stops)].checkpoint.name;
    // Until the trained network's matrix is loaded, this one has colours and an axis of its own.
    const common = this.library.get(trained, settings.rows) ?? entry;
    const sortedBy = this.sortedBy(state, entry);
    const picture = this.composer.picture(entry, stop, sortedBy, common, settings, stops);
    const colours = this.composer.colours(entry, picture.shown, common, settings, palette);
    return { entry, stop, picture, colours };
  }

  /** The profile of a neuron. */
  profile(
    { roster, stops, index, settings, series: about }: MatrixState,
    neuron: number,
    { entry, picture, colours }: Drawing,
  ): Profile {
    const trace = stops.map(({ checkpoint: { name } }) => {
      return this.library.trace(name, settings.rows, picture.measure)?.[neuron] ?? NaN;
    });
    const weights = this.weights.of(stops[index].checkpoint);
    const facts = { scale: colours.scale, stops, current: index, trace, weights, about };
    return profileOf(entry, picture, roster, neuron, facts);
  }

  private open({ series, roster }: MatrixState): [Library, Composer] {
    const { compatibility, features } = series;
    return [
      new Library(this.source, roster, this.arrived, compatibility),
      new Composer(roster, features.length, series),
    ];
  }

  /** The matrix by which rows are sorted; until it is loaded, the one that is shown. */
  private sortedBy({ settings, series }: MatrixState, entry: Entry): Entry {
    const { follow, sortedBy, rows } = settings;
    if (follow || sortedBy === undefined) return entry;
    const known = this.library.get(sortedBy, rows);
    if (!known && series.checkpoints.some(({ name }) => name === sortedBy)) {
      const sortByShown = (): void => this.dispatch({ type: 'sort by shown' });
      void this.library.load(sortedBy, rows).catch(sortByShown);
    }
    return known ?? entry;
  }

  private failed(checkpoint?: string): (error: unknown) => void {
    return (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.dispatch({ type: 'failed', reason, checkpoint });
    };
  }
}
