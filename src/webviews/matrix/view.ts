import type { Palette } from '../../figures/colour/palette';
import { clampViewport } from '../../figures/heatMap/viewport';
import { type Origin, pictureTable } from '../../figures/matrix/numbers';
import { NO_FILTER, type Settings } from '../../figures/matrix/settings';
import type { MatrixSnapshot } from '../../figures/matrix/snapshot';
import type { Stop } from '../../figures/matrix/track';
import { factsInWords, noticeInWords, seriesTitle } from '../../figures/matrix/words';
import { memoised } from '../../figures/memo';
import type { MatrixSeries } from '../../protocol/matrix';
import { element } from '../shared/dom';
import { exportMenu } from '../shared/exportMenu';
import { Folding } from '../shared/folding';
import { Frame } from '../shared/frame';
import { LiveRegion } from '../shared/liveRegion';
import { observeTheme, readTheme } from '../shared/theme';
import { VirtualTable } from '../shared/virtualTable';
import { MatrixCharts } from './charts';
import { exportableOf } from './exports';
import { FilterBar } from './filterBar';
import { interact } from './interaction';
import { type Drawing, Pictures } from './pictures';
import { ProfilePanel } from './profilePanel';
import { reduce } from './reduce';
import type { MatrixSource, MatrixViewOptions } from './source';
import {
  currentStop,
  initialState,
  type MatrixChange,
  type MatrixEffect,
  type MatrixState,
  readoutOf,
} from './state';
import { Player, TimeBar } from './timeBar';
import { Toolbar } from './toolbar';

/** Draws the matrices of a run that has some, and carries out the effects of changes. */
export class MatrixPageView {
  readonly element: HTMLElement;
  private state: MatrixState;
  private palette = readTheme();
  private drawing: Drawing | undefined;
  /** Whether to scroll to the profile with the next frame. */
  private revealsProfile = false;

  private readonly frame = new Frame(() => this.draw());
  private readonly live = new LiveRegion();
  private readonly charts = new MatrixCharts();
  private readonly table = new VirtualTable();
  private readonly heading = element('h1');
  /** Measurements of the checkpoint that is shown. */
  private readonly facts = element('span', { class: 'facts' });
  /** The cell or bar under the cursor. */
  private readonly readout = element('span', { class: 'readout' });
  /** Notes on reading the picture. */
  private readonly notice = element('span', { class: 'notice' });
  private readonly pictures: Pictures;
  private readonly toolbar: Toolbar;
  private readonly time: TimeBar;
  private readonly filter: FilterBar;
  private readonly profile: ProfilePanel;
  private readonly folding: Folding;
  private readonly player: Player;
  private readonly ends: (() => void)[] = [];

  constructor(
    series: MatrixSeries,
    source: MatrixSource,
    private readonly options: MatrixViewOptions,
  ) {
    const { dispatch } = this;
    const redraw = (): void => this.frame.request();
    const announce = (line: string): void => this.live.say(line);
    const embedded = options.embedded ?? false;
    this.state = initialState(series, options.state);
    this.pictures = new Pictures(source, this.state, dispatch, redraw);
    const say = (text: string): void => dispatch({ type: 'message', text });
    const exporting = exportMenu(
      exportableOf(() => this.snapshot()),
      { save: (file) => source.save(file), say },
    );
    this.toolbar = new Toolbar(dispatch, exporting);
    this.time = new TimeBar(dispatch);
    this.filter = new FilterBar(() => dispatch({ type: 'settings', settings: NO_FILTER }));
    this.profile = new ProfilePanel({ dispatch, announce, redraw });
    this.player = new Player(
      () => this.state.settings.speed,
      () => this.pictures.playOn(this.state),
    );
    this.element = this.assemble();
    this.folding = new Folding({ root: this.element, parts: [this.toolbar.options], embedded });
    this.toolbar.element.prepend(this.folding.button);
    // If the page scrolls, the wheel scrolls it.
    const scrolls = (): boolean => embedded || this.folding.isSmall;
    interact(this.charts, () => this.state, dispatch, scrolls);
    const sizes = new ResizeObserver(redraw);
    sizes.observe(this.charts.element);
    const endTheme = observeTheme(() => {
      this.palette = readTheme();
      redraw();
    });
    this.ends.push(endTheme, () => sizes.disconnect());
    dispatch({ type: 'run read', series });
  }

  /** Changes the state, and draws it with the next frame. */
  readonly dispatch = (change: MatrixChange): void => {
    this.apply(change);
    this.frame.request();
  };

  dispose(): void {
    this.player.set(false);
    for (const part of [this.pictures, this.frame, this.live, this.folding, this.table]) {
      part.dispose();
    }
    for (const end of this.ends) end();
    this.element.remove();
  }

  private assemble(): HTMLElement {
    const { charts, table, filter, profile } = this;
    return element(
      'div',
      { class: 'matrix' },
      element('header', { class: 'title' }, this.heading, this.facts),
      this.toolbar.element,
      filter.element,
      this.time.element,
      element(
        'div',
        { class: 'matrix-main' },
        element('div', { class: 'matrix-picture' }, charts.element, table.element, filter.nothing),
        profile.element,
      ),
      element('footer', { class: 'status' }, this.readout, this.notice),
      this.live.element,
    );
  }

  private apply(change: MatrixChange): void {
    const { state, effects } = reduce(this.state, change);
    this.state = state;
    this.player.set(state.playing);
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: MatrixEffect): void {
    switch (effect.type) {
      case 'forget matrices':
        return this.pictures.reopen(this.state);
      case 'load':
        return this.pictures.load(this.state);
      case 'announce':
        return this.live.say(effect.text);
      case 'tell':
        return this.options.selected?.(effect.part);
      case 'save':
        return this.options.stateChanged?.(effect.saved);
      case 'reveal profile':
        this.revealsProfile = true;
        return;
      case 'leave profile':
        if (this.profile.element.contains(document.activeElement)) this.charts.heat.element.focus();
    }
  }

  private draw(): void {
    const { palette } = this;
    this.drawing = this.pictures.of(this.state, palette);
    if (this.drawing) {
      const { picture, stop } = this.drawing;
      this.apply({ type: 'picture drawn', picture, checkpoint: stop.checkpoint.name });
    }
    const { series, settings, stops, index, playing, failure } = this.state;
    this.offer(series);
    this.drawControls(settings, series, stops, index, playing, palette, this.time.width);
    this.element.classList.toggle('as-table', settings.table);
    if (this.drawing) this.drawMatrix(this.drawing);
    else this.notice.textContent = failure ?? 'Loading …';
    this.readout.textContent = readoutOf(this.state);
  }

  private readonly offer = memoised((series: MatrixSeries) => this.toolbar.offer(series));

  private readonly drawControls = memoised(
    (
      settings: Settings,
      series: MatrixSeries,
      stops: readonly Stop[],
      index: number,
      playing: boolean,
      palette: Palette,
      _width: number,
    ) => {
      const { checkpoint } = stops[index];
      this.heading.textContent = seriesTitle(series, checkpoint);
      this.time.element.hidden = series.alone ?? false;
      this.time.show(stops, index, playing, settings.speed, palette);
      this.toolbar.show(settings, this.state.track, series.hidden.length);
    },
  );

  private drawMatrix(drawing: Drawing): void {
    const { state, palette } = this;
    const { settings, series, cursor, failure } = state;
    const { stop, picture, colours } = drawing;
    const { shown, level } = picture;
    this.facts.textContent = factsInWords(picture, stop.checkpoint);
    this.drawProfile(drawing);
    if (settings.table) this.table.show(pictureTable(picture, this.origin(stop)));
    this.filter.show(settings, series.hidden.length, shown);
    const viewport = clampViewport(state.viewport, shown.columns.length, shown.slots.length);
    const row = settings.neuron === undefined ? -1 : shown.slots.indexOf(settings.neuron);
    const marked = { cursor, selected: row < 0 ? undefined : row };
    const block = this.charts.draw(picture, colours, viewport, marked, palette);
    const isLate = stop.checkpoint.name !== currentStop(state).checkpoint.name;
    const running = series.state === 'running';
    this.notice.textContent =
      failure ?? noticeInWords(block, colours, isLate, { running, old: level?.old ?? false });
  }

  private drawProfile(drawing: Drawing): void {
    const { neuron } = this.state.settings;
    const profile =
      neuron === undefined ? undefined : this.pictures.profile(this.state, neuron, drawing);
    this.profile.show(profile, this.palette);
    if (!profile) return;
    // On a small page it opens below the charts, where it would not be seen.
    if (this.revealsProfile && this.folding.isSmall) this.profile.reveal();
    this.revealsProfile = false;
  }

  private origin({ checkpoint }: Stop): Origin {
    const { series, neuronIndex } = this.state;
    return { series, checkpoint, neuronIndex };
  }

  private snapshot(): MatrixSnapshot {
    const { drawing } = this;
    const { settings, viewport } = this.state;
    if (!drawing) throw new Error('nothing is shown yet');
    const { picture, colours, stop } = drawing;
    return { picture, colours, origin: this.origin(stop), label: stop.label, settings, viewport };
  }
}
