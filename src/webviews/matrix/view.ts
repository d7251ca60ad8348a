import type { Cell } from '../charts/heatMap/draw';
import { clampViewport, WHOLE, zoomAbout } from '../../figures/heatMap/viewport';
import { exportMenu } from '../shared/exportMenu';
import { Folding } from '../shared/folding';
import { Frame } from '../shared/frame';
import { LiveRegion } from '../shared/liveRegion';
import type { Palette } from '../../figures/colour/palette';
import { observeTheme, readTheme } from '../shared/theme';
import { VirtualTable } from '../shared/virtualTable';
import type { MatrixSeries } from '../../protocol/matrix';
import { MatrixCharts } from './charts';
import { Composer } from '../../figures/matrix/composer';
import { controlsOf } from './controls';
import { FilterBar } from './filterBar';
import { assemblePage, PageTexts } from './frameOfPage';
import { exportableOf, type Screen } from './exports';
import { interact, type ChartName } from './interaction';
import type { Entry } from '../../figures/matrix/entry';
import { Library, type ShownEntry } from './library';
import type { Colours, Picture } from '../../figures/matrix/compose';
import { NO_FILTER } from '../../figures/matrix/filter';
import { pictureTable, type Origin } from '../../figures/matrix/numbers';
import { neuronAt, rosterOf, slotOf, type Roster } from '../../figures/matrix/roster';
import { rowsShowing, type NetworkPart } from '../../figures/matrix/shown';
import { tracksOf, type Track } from '../../figures/matrix/track';
import { chartInWords, factsInWords, noticeInWords } from '../../figures/matrix/words';
import { MissingMeasure } from './missingMeasure';
import { Player } from './player';
import { ProfilePanel } from './profilePanel';
import { profileOf, WeightShelf } from './profile';
import { changed, settingsFrom, type Settings } from '../../figures/matrix/settings';
import type { MatrixSource, MatrixView, MatrixViewOptions, Part } from './source';
import { TimeBar } from './timeBar';
import { Timeline } from './timeline';
import { Toolbar } from './toolbar';

/** Shows the matrices of a run that has some. */
export class MatrixPageView implements Pick<MatrixView, 'select' | 'dispose'> {
  readonly element: HTMLElement;
  private settings: Settings;
  /** The settings as they were when anything but the window last changed. */
  private toolSettings: Settings;
  private roster!: Roster;
  private library!: Library;
  private composer!: Composer;
  private readonly timeline: Timeline;
  private readonly weights: WeightShelf;
  private cursor: Cell | undefined;
  private revealProfile = false;
  private failed: string | undefined;
  private palette = readTheme();
  private shownEntry: ShownEntry | undefined;
  private picture: Picture | undefined;
  private colours: Colours | undefined;

  private readonly frame = new Frame(() => this.draw());
  private readonly live = new LiveRegion();
  private readonly missing = new MissingMeasure(this.live);
  private readonly charts = new MatrixCharts();
  private readonly table = new VirtualTable();
  private readonly texts = new PageTexts();
  private readonly filter = new FilterBar(() => this.set(NO_FILTER));
  private readonly folding: Folding;
  private readonly toolbar: Toolbar;
  private readonly time: TimeBar;
  private readonly profile: ProfilePanel;
  private readonly player: Player;
  private readonly showControls: ReturnType<typeof controlsOf>;
  private readonly ends: (() => void)[] = [];

  constructor(
    private series: MatrixSeries,
    private readonly source: MatrixSource,
    private readonly options: MatrixViewOptions,
  ) {
    this.settings = this.toolSettings = settingsFrom(options.state, series);
    this.open(series);
    this.timeline = new Timeline(series, this.settings.detail, this.settings.checkpoint);
    this.weights = new WeightShelf(source, () => this.frame.ask());
    this.time = new TimeBar({
      go: (stop) => this.goTo(stop),
      togglePlay: () => this.togglePlay(),
      setSpeed: (speed) => this.set({ speed }),
    });
    this.player = new Player(
      () => this.settings.speed,
      () => this.playOn(),
      (playing) => this.time.showPlaying(playing),
    );
    this.toolbar = new Toolbar(
      {
        set: (change) => this.set(change),
        setTrack: (track) => this.setTrack(track),
        zoom: (factor) => this.zoom(factor),
        sortHere: this.sortHere,
      },
      exportMenu(
        exportableOf(() => this.screen()),
        { save: (file) => source.save(file), say: (line) => this.say(line) },
      ),
    );
    this.showControls = controlsOf(this.texts, this.time, this.toolbar);
    this.profile = new ProfilePanel({
      close: () => this.closeProfile(),
      say: (line) => this.live.say(line),
      go: (stop) => this.goTo(stop),
      redraw: () => this.frame.ask(),
    });
    const { filter } = this;
    const pictures = [this.charts.element, this.table.element, filter.nothing];
    this.element = assemblePage(
      this.texts,
      [this.toolbar.element, filter.element, this.time.element],
      pictures,
      this.profile.element,
      this.live.element,
    );
    this.folding = new Folding({
      root: this.element,
      parts: [this.toolbar.options],
      embedded: options.embedded ?? false,
    });
    this.toolbar.element.prepend(this.folding.button);
    this.adopt(series);
    this.listen();
  }

  private listen(): void {
    interact(
      this.charts,
      {
        window: () => this.settings.window,
        setWindow: (window) => this.set({ window }),
        cursor: () => this.cursor,
        setCursor: (cell, by, chart) => this.setCursor(cell, by, chart),
        open: (row) => this.openProfile(row),
        chooseLayer: (row) => this.chooseLayer(row),
        step: (by) => this.goTo(this.timeline.index + by),
        close: () => this.closeProfile(),
      },
      // Where the page scrolls, the wheel does that.
      () => (this.options.embedded ?? false) || this.folding.isSmall,
    );
    const sizes = new ResizeObserver(() => this.frame.ask());
    sizes.observe(this.charts.element);
    this.ends.push(
      observeTheme(() => {
        this.palette = readTheme();
        this.frame.ask();
      }),
      () => sizes.disconnect(),
    );
  }

  select({ checkpoint, layer, unit }: Part): void {
    if (checkpoint !== undefined) this.showCheckpoint(checkpoint);
    if (layer === undefined || layer >= this.series.hidden.length) return;
    const hiddenLayers = this.settings.hiddenLayers.filter((hidden) => hidden !== layer);
    if (hiddenLayers.length < this.settings.hiddenLayers.length) this.set({ hiddenLayers });
    const neuron = unit === undefined ? undefined : slotOf(this.roster, layer, unit);
    if (neuron !== undefined) this.set({ neuron });
    this.reveal = { layer, neuron };
    this.frame.ask();
  }

  /** What is to come into sight with the next frame. */
  private reveal: NetworkPart | undefined;

  dispose(): void {
    this.player.stop();
    this.frame.dispose();
    this.library.dispose();
    this.live.dispose();
    this.folding.dispose();
    this.table.dispose();
    for (const end of this.ends) end();
    this.element.remove();
  }

  /** Makes room for the matrices of a run. */
  private open(series: MatrixSeries): void {
    const { hidden, features, compatibility } = series;
    this.roster = rosterOf(hidden);
    this.library = new Library(this.source, this.roster, () => this.frame.ask(), compatibility);
    this.composer = new Composer(this.roster, features.length, series);
    this.shownEntry = undefined;
  }

  /** Takes over what a run has now; what is shown stays where it is. */
  adopt(series: MatrixSeries): void {
    if (series.checkpoints.length === 0) return;
    const isOther =
      String(series.hidden) !== String(this.series.hidden) ||
      // Of a run that had just begun, its null was not drawn yet.
      String(series.nulls?.version) !== String(this.series.nulls?.version) ||
      series.oldNull !== this.series.oldNull;
    if (isOther) {
      this.library.dispose();
      this.open(series);
    }
    this.series = series;
    this.timeline.adopt(series, this.settings.checkpoint);
    this.toolbar.offer(series, tracksOf(series));
    this.showStop();
  }

  private setTrack(track: Track): void {
    this.timeline.setTrack(track);
    this.showStop();
  }

  private showCheckpoint(name: string): void {
    const detail = this.timeline.show(name);
    if (detail === undefined) {
      this.say(`The matrix of ${name} is not kept; this is that of ${this.timeline.stop.label}.`);
      return;
    }
    this.player.stop();
    this.settings = { ...this.settings, detail };
    this.showStop();
  }

  private goTo(index: number): void {
    if (!this.timeline.go(index)) return;
    this.showStop();
    if (!this.player.playing) this.live.say(this.timeline.stop.label);
  }

  /** Asks for the matrix of the current stop, and for those that come after it. */
  private showStop(): void {
    const { timeline } = this;
    const { checkpoint } = timeline.stop;
    const trained = timeline.trained.checkpoint.name;
    const { rows } = this.settings;
    this.failed = undefined;
    this.library.load(checkpoint.name, rows).then(
      () => this.frame.ask(),
      (error: unknown) => {
        if (timeline.stop.checkpoint.name === checkpoint.name) this.fail(error);
      },
    );
    this.library.prefetch([trained, ...timeline.upcoming()], rows);
    this.set({ checkpoint: checkpoint.name });
  }

  /** Says why something cannot be shown; what was shown stays. */
  fail(error: unknown): void {
    this.failed = error instanceof Error ? error.message : String(error);
    this.player.stop();
    this.frame.ask();
  }

  private togglePlay(): void {
    const { index, stops } = this.timeline;
    if (!this.player.playing && index === stops.length - 1) this.goTo(0);
    this.player.toggle();
  }

  private playOn(): boolean | undefined {
    const { index, stops } = this.timeline;
    if (index >= stops.length - 1) return undefined;
    const next = stops[index + 1].checkpoint.name;
    if (!this.library.get(next, this.settings.rows)) {
      this.library.load(next, this.settings.rows).catch((error: unknown) => this.fail(error));
      return false;
    }
    this.goTo(index + 1);
    return true;
  }

  private set(change: Partial<Settings>): void {
    const before = this.settings;
    const settings = changed(before, change);
    this.settings = settings;
    if (settings.detail !== before.detail) this.timeline.setDetail(settings.detail);
    if (settings.rows !== before.rows || settings.detail !== before.detail) this.showStop();
    if (!('window' in change)) this.toolSettings = this.settings;
    this.options.stateChanged?.(this.settings);
    this.frame.ask();
  }

  private readonly sortHere = (): void => this.set({ sortedBy: this.settings.checkpoint });

  private zoom(factor: number): void {
    const { grid } = this.charts;
    if (factor === 0 || !grid) return this.set({ window: WHOLE });
    const { window } = this.settings;
    const by = { x: factor, y: factor };
    this.set({ window: zoomAbout(window, by, [0.5, 0.5], grid.columns, grid.rows) });
  }

  private say(line: string): void {
    this.texts.readout.textContent = line;
    this.live.say(line);
  }

  private setCursor(cell: Cell | undefined, by: 'pointer' | 'keyboard', chart: ChartName): void {
    this.cursor = cell;
    if (cell && this.picture) {
      const { picture, roster } = this;
      const words = chartInWords(chart, picture, roster, cell);
      if (by === 'keyboard') this.say(words);
      else this.texts.readout.textContent = words;
      if (by === 'keyboard') this.showCell(cell);
    } else {
      this.texts.readout.textContent = '';
    }
    this.frame.ask();
  }

  private showCell({ row, column }: Cell): void {
    const { window } = this.settings;
    const rows = row < 0 ? undefined : ([row, row + 1] as const);
    const columns = column < 0 ? undefined : ([column, column + 1] as const);
    if (rows) this.set({ window: this.charts.windowShowing(window, rows, columns) });
  }

  private openProfile(row: number): void {
    if (!this.picture) return;
    const neuron = this.picture.shown.slots[row];
    const { layer, unit } = neuronAt(this.roster, neuron);
    this.set({ neuron });
    this.tellSelected({ layer, unit });
    this.revealProfile = true;
    this.live.say(`Profile of layer ${layer}, neuron ${unit}`);
  }

  private tellSelected(part: Omit<Part, 'checkpoint'>): void {
    const checkpoint = this.series.alone ? undefined : this.settings.checkpoint;
    this.options.selected?.({ checkpoint, ...part });
  }

  private closeProfile(): void {
    if (this.settings.neuron === undefined) return;
    const within = this.profile.element.contains(document.activeElement);
    this.set({ neuron: undefined });
    if (within) this.charts.heat.element.focus();
  }

  private chooseLayer(row: number): void {
    if (!this.picture) return;
    const { layer } = neuronAt(this.roster, this.picture.shown.slots[row]);
    this.tellSelected({ layer });
  }

  private draw(): void {
    const { settings, timeline } = this;
    const { stop, stops, index } = timeline;
    const { palette, library } = this;
    const entry = library.get(stop.checkpoint.name, settings.rows);
    // Until it comes, what was there before stays.
    if (entry) this.shownEntry = { entry, stop };
    this.showControls(this.toolSettings, this.series, stops, index, palette, this.time.width);
    this.element.classList.toggle('as-table', settings.table);
    if (!this.shownEntry) {
      this.texts.notice.textContent = this.failed ?? 'Loading …';
      return;
    }
    this.drawShown(this.shownEntry, palette);
  }

  private drawShown({ entry, stop }: ShownEntry, palette: Palette): void {
    const { settings, composer } = this;
    const { stops, trained } = this.timeline;
    const sortedBy = this.sortedBy(entry);
    // Until it is there, the matrix has colours and axis of its own.
    const common = this.library.get(trained.checkpoint.name, settings.rows) ?? entry;
    const picture = composer.picture(entry, stop, sortedBy, common, settings, stops);
    const { shown } = picture;
    this.picture = picture;
    this.colours = composer.colours(entry, shown, common, settings, palette);
    this.texts.facts.textContent = factsInWords(picture, stop.checkpoint);
    this.missing.tell(picture);
    this.followReveal(picture);
    const window = clampViewport(this.settings.window, shown.columns.length, shown.slots.length);
    const selected = settings.neuron === undefined ? -1 : shown.slots.indexOf(settings.neuron);
    const sight = { window, cursor: this.cursor, selected: selected < 0 ? undefined : selected };
    this.drawProfile(entry, picture, palette);
    if (settings.table) this.table.show(pictureTable(picture, this.origin()));
    this.filter.show(settings, this.series.hidden.length, shown);
    const block = this.charts.draw(picture, this.colours, sight, palette);
    const late = stop !== this.timeline.stop;
    this.texts.notice.textContent =
      this.failed ??
      noticeInWords(block, this.colours, late, {
        running: this.series.state === 'running',
        old: picture.level?.old ?? false,
      });
  }

  /** The matrix by which rows are sorted; until it is there, the one that is shown. */
  private sortedBy(entry: Entry): Entry {
    const { follow, sortedBy, rows } = this.settings;
    if (follow || sortedBy === undefined) return entry;
    const known = this.library.get(sortedBy, rows);
    if (!known && this.series.checkpoints.some(({ name }) => name === sortedBy)) {
      void this.library.load(sortedBy, rows).catch(this.sortHere);
    }
    return known ?? entry;
  }

  private followReveal({ shown }: Picture): void {
    const { reveal } = this;
    if (!reveal) return;
    this.reveal = undefined;
    const rows = rowsShowing(shown, reveal);
    if (!rows) return;
    this.cursor = { row: rows[0], column: this.cursor?.column ?? -1 };
    this.set({ window: this.charts.windowShowing(this.settings.window, rows) });
  }

  private drawProfile(entry: Entry, picture: Picture, palette: Palette): void {
    const { neuron, rows } = this.settings;
    if (neuron === undefined || neuron >= this.roster.neurons || !this.colours) {
      this.profile.show(undefined, palette);
      return;
    }
    const { stops, stop, index } = this.timeline;
    const weights = this.weights.of(stop.checkpoint);
    const trace = stops.map(({ checkpoint: { name } }) => {
      return this.library.trace(name, rows, picture.measure)?.[neuron] ?? NaN;
    });
    const profile = profileOf(entry, picture, this.roster, neuron, {
      scale: this.colours.scale,
      stops,
      current: index,
      trace,
      weights,
      about: this.series,
    });
    this.profile.show(profile, palette);
    // Below the charts it could open unseen.
    if (this.revealProfile && this.folding.isSmall) this.profile.reveal();
    this.revealProfile = false;
  }

  private origin(): Origin {
    const checkpoint = (this.shownEntry?.stop ?? this.timeline.stop).checkpoint;
    return { series: this.series, checkpoint, roster: this.roster };
  }

  private screen(): Screen {
    const { picture, colours, shownEntry, settings } = this;
    if (!picture || !colours || !shownEntry) throw new Error('nothing is shown yet');
    return { picture, colours, origin: this.origin(), label: shownEntry.stop.label, settings };
  }
}
