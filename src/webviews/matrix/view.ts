import { colourScale } from '../charts/colour/colourTable';
import { clampWindow, WHOLE, zoomAbout } from '../charts/heatMap/window';
import type { Cell } from '../charts/heatMap/draw';
import { element } from '../shared/dom';
import { exportMenu } from '../shared/exportMenu';
import { Frame } from '../shared/frame';
import { LiveRegion } from '../shared/liveRegion';
import { memoised } from '../shared/memo';
import { shortNumber } from '../shared/numbers';
import { FIGURE_PALETTES, type Look } from '../shared/palette';
import type { Figure } from '../shared/marks/svgText';
import { observeTheme, readTheme } from '../shared/theme';
import { VirtualTable } from '../shared/virtualTable';
import type { MatrixSeries } from '../../protocol/matrix';
import type { PageSelection } from '../../protocol/page';
import { MatrixCharts } from './charts';
import { matrixFigure } from './figure';
import { interact } from './interaction';
import { Library, type Entry } from './library';
import { compose, isClipped, valueTitle, type Colours, type Picture } from './model/compose';
import { neuronMeasure, type NeuronLevelMeasure } from './model/measured';
import { pictureCsv, pictureJson, pictureTable, type Origin } from './model/numbers';
import { orderFeatures, orderNeurons } from './model/order';
import { neuronAt, rosterOf, slotOf } from './model/roster';
import { showMatrix } from './model/shown';
import { sameMoment, stopsOf, tracksOf, trainedStop, type Stop, type Track } from './model/track';
import {
  cellInWords,
  factsInWords,
  featureInWords,
  neuronInWords,
  seriesTitle,
} from './model/words';
import { Player } from './player';
import { ProfilePanel } from './profilePanel';
import { profileOf, WeightShelf } from './profile';
import { settingsFrom, type Settings } from './settings';
import type { MatrixSource, MatrixView, MatrixViewOptions } from './source';
import { TimeBar } from './timeBar';
import { Toolbar } from './toolbar';

type Part = Pick<PageSelection, 'checkpoint' | 'layer' | 'unit'>;

/** Shows the matrices of a run that has some. */
export class MatrixPageView implements MatrixView {
  readonly element: HTMLElement;
  private settings: Settings;
  private roster;
  private library: Library;
  private weights: WeightShelf;
  private stops: readonly Stop[] = [];
  private stop = 0;
  private cursor: Cell | undefined;
  private failed: string | undefined;
  private arrivals = 0;
  private shownEntry: { readonly entry: Entry; readonly stop: Stop } | undefined;
  private picture: Picture | undefined;
  private colours: Colours | undefined;

  private readonly frame = new Frame(() => this.draw());
  private readonly live = new LiveRegion();
  private readonly charts = new MatrixCharts();
  private readonly table = new VirtualTable();
  private readonly heading = element('h1');
  private readonly facts = element('span', { class: 'facts' });
  private readonly readout = element('span', { class: 'readout' });
  private readonly notice = element('span', { class: 'notice' });
  private readonly toolbar: Toolbar;
  private readonly time: TimeBar;
  private readonly profile: ProfilePanel;
  private readonly player: Player;
  private readonly ends: (() => void)[] = [];

  constructor(
    private series: MatrixSeries,
    private readonly source: MatrixSource,
    private readonly options: MatrixViewOptions,
  ) {
    this.settings = settingsFrom(options.state, series);
    this.roster = rosterOf(series.hidden);
    this.library = this.newLibrary();
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
        sortHere: () => this.sortHere(),
      },
      exportMenu(
        {
          name: () => this.fileName(),
          figure: (look) => this.figure(look),
          csv: () => pictureCsv(...this.numbers()),
          json: () => pictureJson(...this.numbers()),
        },
        { save: (file) => source.save(file), say: (line) => this.say(line) },
      ),
    );
    this.profile = new ProfilePanel({
      close: () => this.closeProfile(),
      say: (line) => this.live.say(line),
      go: (stop) => this.goTo(stop),
      redraw: () => this.frame.ask(),
    });
    this.element = this.assemble();
    this.adopt(series);
    this.listen();
  }

  private assemble(): HTMLElement {
    const status = element('footer', { class: 'status' }, this.readout, this.notice);
    return element(
      'div',
      { class: 'matrix' },
      element('header', { class: 'title' }, this.heading, this.facts),
      this.toolbar.element,
      this.time.element,
      element(
        'div',
        { class: 'matrix-main' },
        this.charts.element,
        this.table.element,
        this.profile.element,
      ),
      status,
      this.live.element,
    );
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
        step: (by) => this.goTo(this.stop + by),
        close: () => this.closeProfile(),
      },
      this.options.embedded ?? false,
    );
    const sizes = new ResizeObserver(() => this.frame.ask());
    sizes.observe(this.charts.element);
    this.ends.push(
      observeTheme(() => this.frame.ask()),
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
  private reveal: { readonly layer: number; readonly neuron?: number } | undefined;

  refresh(): void {
    this.source.series().then(
      (series) => this.adopt(series),
      (error: unknown) => this.fail(error),
    );
  }

  dispose(): void {
    this.player.stop();
    this.frame.dispose();
    this.library.dispose();
    this.live.dispose();
    this.table.dispose();
    for (const end of this.ends) end();
    this.element.remove();
  }

  private newLibrary(): Library {
    return new Library(this.source, this.roster, () => {
      this.arrivals++;
      this.frame.ask();
    });
  }

  /** Takes over what a run has now; what is shown stays where it is. */
  private adopt(series: MatrixSeries): void {
    if (series.checkpoints.length === 0) return;
    const wasLast = this.stops.length > 0 && this.stop === this.stops.length - 1;
    const sameNeurons = String(series.hidden) === String(this.series.hidden);
    this.series = series;
    if (!sameNeurons) {
      this.library.dispose();
      this.roster = rosterOf(series.hidden);
      this.library = this.newLibrary();
    }
    const { checkpoint } = this.settings;
    const known = series.checkpoints.find(({ name }) => name === checkpoint);
    const track = known?.leg ?? tracksOf(series)[0];
    this.toolbar.offer(series, tracksOf(series));
    this.setStops(track);
    if (!known) this.stop = trainedStop(this.stops);
    // Whoever looks at the newest checkpoint of a run at work wants to see the next.
    else if (wasLast && series.state === 'running') this.stop = this.stops.length - 1;
    this.showStop();
  }

  private get track(): Track {
    return this.stops[this.stop].checkpoint.leg;
  }

  private setStops(track: Track): void {
    const shown = this.settings.checkpoint;
    this.stops = stopsOf(this.series, track, this.settings.detail);
    const same = this.stops.findIndex(({ checkpoint }) => checkpoint.name === shown);
    const like = this.series.checkpoints.find(({ name }) => name === shown);
    this.stop = same >= 0 ? same : like ? sameMoment(this.stops, like) : trainedStop(this.stops);
  }

  private setTrack({ seed, arm }: Track): void {
    const tracks = tracksOf(this.series);
    const track =
      tracks.find((one) => one.seed === seed && one.arm === arm) ??
      tracks.find((one) => one.seed === seed) ??
      tracks[0];
    this.setStops(track);
    this.showStop();
  }

  private showCheckpoint(name: string): void {
    const checkpoint = this.series.checkpoints.find((one) => one.name === name);
    if (!checkpoint) return;
    this.player.stop();
    const all = stopsOf(this.series, checkpoint.leg, 'ends');
    const atEnds = all.some((one) => one.checkpoint.name === name);
    this.settings = {
      ...this.settings,
      checkpoint: name,
      detail: atEnds ? this.settings.detail : 'epochs',
    };
    this.setStops(checkpoint.leg);
    this.showStop();
  }

  private goTo(stop: number): void {
    const wanted = Math.max(0, Math.min(this.stops.length - 1, stop));
    if (wanted === this.stop) return;
    this.stop = wanted;
    this.showStop();
    if (!this.player.playing) this.live.say(this.stops[wanted].label);
  }

  /** Asks for the matrix of the current stop, and for those that come after it. */
  private showStop(): void {
    const { checkpoint } = this.stops[this.stop];
    const { rows } = this.settings;
    this.failed = undefined;
    this.library.load(checkpoint.name, rows).then(
      () => this.frame.ask(),
      (error: unknown) => {
        if (this.stops[this.stop].checkpoint.name === checkpoint.name) this.fail(error);
      },
    );
    const names = this.stops.map(({ checkpoint: { name } }) => name);
    this.library.prefetch([...names.slice(this.stop), ...names.slice(0, this.stop)], rows);
    this.set({ checkpoint: checkpoint.name });
  }

  private fail(error: unknown): void {
    this.failed = error instanceof Error ? error.message : String(error);
    this.player.stop();
    this.frame.ask();
  }

  private togglePlay(): void {
    if (!this.player.playing && this.stop === this.stops.length - 1) this.goTo(0);
    this.player.toggle();
  }

  private playOn(): boolean | undefined {
    if (this.stop >= this.stops.length - 1) return undefined;
    const next = this.stops[this.stop + 1].checkpoint.name;
    if (!this.library.get(next, this.settings.rows)) {
      void this.library.load(next, this.settings.rows).catch((error: unknown) => this.fail(error));
      return false;
    }
    this.goTo(this.stop + 1);
    return true;
  }

  private set(change: Partial<Settings>): void {
    const before = this.settings;
    this.settings = { ...before, ...change };
    const { settings } = this;
    if (
      settings.neuronOrder !== before.neuronOrder ||
      settings.featureOrder !== before.featureOrder
    ) {
      this.settings = { ...settings, sortedBy: settings.checkpoint };
    }
    if (settings.detail !== before.detail) this.setStops(this.track);
    if (settings.rows !== before.rows || settings.detail !== before.detail) this.showStop();
    this.options.stateChanged?.(this.settings);
    this.frame.ask();
  }

  private sortHere(): void {
    this.set({ sortedBy: this.settings.checkpoint });
  }

  private zoom(factor: number): void {
    const { grid } = this.charts;
    const { window } = this.settings;
    this.set({
      window:
        factor === 0 || !grid
          ? WHOLE
          : zoomAbout(window, { x: factor, y: factor }, [0.5, 0.5], grid.columns, grid.rows),
    });
  }

  private say(line: string): void {
    this.readout.textContent = line;
    this.live.say(line);
  }

  private setCursor(
    cell: Cell | undefined,
    by: 'pointer' | 'keyboard',
    chart: 'heat' | 'neurons' | 'features',
  ): void {
    this.cursor = cell;
    if (cell && this.picture) {
      const { picture, roster } = this;
      const words =
        chart === 'heat'
          ? cellInWords(picture, roster, cell.row, cell.column)
          : chart === 'neurons'
            ? neuronInWords(picture, roster, cell.row)
            : featureInWords(picture, cell.column);
      if (by === 'keyboard') this.say(words);
      else this.readout.textContent = words;
      if (by === 'keyboard') this.showCell(cell);
    } else {
      this.readout.textContent = '';
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
    this.options.selected?.({ checkpoint: this.settings.checkpoint, layer, unit });
    this.live.say(`Profile of layer ${layer}, neuron ${unit}`);
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
    this.options.selected?.({ checkpoint: this.settings.checkpoint, layer });
  }

  // Each step is done again only when what it depends on has changed.

  private readonly order = memoised(
    (
      entry: Entry,
      measure: NeuronLevelMeasure,
      neuronOrder: Settings['neuronOrder'],
      featureOrder: Settings['featureOrder'],
    ) => {
      const { matrix, rowOf, coverage } = entry;
      const columns = orderFeatures(featureOrder, matrix, coverage);
      const { morePolysemantic } = measure;
      const values = entry.measure(measure);
      const slots = orderNeurons(
        neuronOrder,
        this.roster,
        matrix,
        rowOf,
        { values, morePolysemantic },
        columns,
      );
      return { slots, columns };
    },
  );

  private readonly shownOf = memoised(
    (
      entry: Entry,
      order: { readonly slots: Int32Array; readonly columns: Int32Array },
      measure: NeuronLevelMeasure,
      dead: boolean,
      threshold: number,
      pruned: Settings['pruned'],
      hiddenLayers: readonly number[],
    ) => {
      const layers = this.roster.layers
        .map(({ layer }) => layer)
        .filter((layer) => !hiddenLayers.includes(layer));
      const { matrix, rowOf, coverage } = entry;
      const filter = { dead, threshold, pruned, layers };
      return showMatrix(
        matrix,
        this.roster,
        order,
        rowOf,
        entry.measure(measure),
        coverage,
        filter,
      );
    },
  );

  private readonly composed = memoised(
    (
      shown: Picture['shown'],
      measure: NeuronLevelMeasure,
      greatest: number,
      chance: number | undefined,
    ) => {
      const [least] = measure.range(shown.matrix.features);
      return compose(shown, this.roster, measure, [least, greatest], chance);
    },
  );

  private readonly scaleOf = memoised(colourScale);
  private readonly groundOf = memoised((kind: 'light' | 'dark', contrast: boolean) => ({
    kind,
    contrast,
  }));

  /** Greatest value of the measure at any stop known, and of its null: the axis stays as it is. */
  private readonly greatestOf = memoised(
    (
      measure: NeuronLevelMeasure,
      rows: Settings['rows'],
      stops: readonly Stop[],
      _arrivals: number,
    ) => {
      let greatest = -Infinity;
      for (const { checkpoint } of stops) {
        greatest = Math.max(greatest, checkpoint.facts?.nulls[measure.id] ?? -Infinity);
        this.library.trace(checkpoint.name, rows, measure)?.forEach((value) => {
          if (value > greatest) greatest = value;
        });
      }
      const [least, most] = measure.range(this.series.features.length);
      return greatest > least ? Math.min(most, niceUp(greatest)) : most;
    },
  );

  /** Magnitude at which colours end, at all stops known together. */
  private readonly sharedDomain = memoised(
    (percentile: number, rows: Settings['rows'], stops: readonly Stop[], _arrivals: number) => {
      let greatest = this.sharedBefore.get(`${percentile} ${rows}`) ?? 0;
      for (const { checkpoint } of stops) {
        greatest = Math.max(
          greatest,
          this.library.get(checkpoint.name, rows)?.percentile(percentile) ?? 0,
        );
      }
      this.sharedBefore.set(`${percentile} ${rows}`, greatest);
      return greatest;
    },
  );
  /** What matrices had that are no longer in memory. */
  private readonly sharedBefore = new Map<string, number>();

  private domainOf(entry: Entry): number {
    const { domain, percentile, rows } = this.settings;
    return domain === 'own'
      ? entry.percentile(percentile)
      : this.sharedDomain(percentile, rows, this.stops, this.arrivals);
  }

  private draw(): void {
    const { settings } = this;
    const stop = this.stops[this.stop];
    const entry = this.library.get(stop.checkpoint.name, settings.rows);
    // Until it comes, what was there before stays.
    if (entry) this.shownEntry = { entry, stop };
    const palette = readTheme();
    this.heading.textContent = seriesTitle(this.series, stop.checkpoint);
    this.time.show(this.stops, this.stop, settings.speed, palette);
    this.toolbar.show(settings, this.track, this.series.hidden.length);
    this.element.classList.toggle('as-table', settings.table);
    if (!this.shownEntry) {
      this.notice.textContent = this.failed ?? 'Loading …';
      return;
    }
    const shown = this.shownEntry;
    const picture = this.compose(shown.entry, shown.stop);
    this.picture = picture;
    const domain = this.domainOf(shown.entry);
    const ground = this.groundOf(palette.kind, palette.contrast);
    const scale = this.scaleOf(settings.ramp, ground, settings.sign, domain);
    this.colours = this.coloursOf(picture, scale);
    this.facts.textContent = factsInWords(picture, shown.stop.checkpoint);
    this.followReveal(picture);
    const { shown: rows } = picture;
    const window = clampWindow(settings.window, rows.columns.length, rows.slots.length);
    const selected = settings.neuron === undefined ? -1 : rows.slots.indexOf(settings.neuron);
    const sight = {
      window,
      cursor: this.cursor,
      selected: selected < 0 ? undefined : selected,
    };
    this.drawProfile(shown.entry, picture, palette);
    if (settings.table) this.table.show(pictureTable(picture, this.origin()));
    const block = this.charts.draw(picture, this.colours, sight, palette);
    this.notice.textContent = this.noticeOf(block, shown.stop !== stop);
  }

  private coloursOf({ shown }: Picture, scale: Colours['scale']): Colours {
    const { rows, sign } = this.settings;
    return { scale, title: valueTitle(rows, sign), clipped: isClipped(shown, scale.domain) };
  }

  private compose(entry: Entry, { checkpoint }: Stop): Picture {
    const { settings, stops } = this;
    const measure = neuronMeasure(settings.measure);
    const sorted =
      !settings.follow && settings.sortedBy !== undefined
        ? (this.library.get(settings.sortedBy, settings.rows) ??
          this.sortingEntry(settings.sortedBy))
        : undefined;
    const order = this.order(sorted ?? entry, measure, settings.neuronOrder, settings.featureOrder);
    const shown = this.shownOf(
      entry,
      order,
      measure,
      settings.dead,
      settings.threshold,
      settings.pruned,
      settings.hiddenLayers,
    );
    const chance = checkpoint.facts?.nulls[measure.id] ?? undefined;
    const greatest = this.greatestOf(measure, settings.rows, stops, this.arrivals);
    return this.composed(shown, measure, greatest, chance);
  }

  /** Asks for the matrix that rows are sorted by; until it is there the one shown sorts itself. */
  private sortingEntry(name: string): undefined {
    if (!this.series.checkpoints.some((one) => one.name === name)) return;
    void this.library.load(name, this.settings.rows).catch(() => this.sortHere());
  }

  private followReveal({ shown }: Picture): void {
    const { reveal } = this;
    if (!reveal) return;
    this.reveal = undefined;
    const row = reveal.neuron === undefined ? -1 : shown.slots.indexOf(reveal.neuron);
    const band = shown.bands.find(({ layer }) => layer === reveal.layer);
    const rows = row >= 0 ? ([row, row + 1] as const) : band && ([band.start, band.end] as const);
    if (!rows) return;
    this.cursor = { row: rows[0], column: this.cursor?.column ?? -1 };
    this.set({ window: this.charts.windowShowing(this.settings.window, rows) });
  }

  private drawProfile(entry: Entry, picture: Picture, palette: ReturnType<typeof readTheme>): void {
    const { neuron, rows } = this.settings;
    if (neuron === undefined || neuron >= this.roster.neurons || !this.colours) {
      this.profile.show(undefined, palette);
      return;
    }
    const { checkpoint } = this.stops[this.stop];
    const weights = this.weights.of(checkpoint);
    const trace = this.stops.map(({ checkpoint: { name } }) => {
      return this.library.trace(name, rows, picture.measure)?.[neuron] ?? NaN;
    });
    const profile = profileOf(entry, picture, this.roster, neuron, {
      scale: this.colours.scale,
      stops: this.stops,
      current: this.stop,
      trace,
      weights,
    });
    this.profile.show(profile, palette);
  }

  private noticeOf(
    block: { readonly rows: number; readonly columns: number },
    late: boolean,
  ): string {
    if (this.failed) return this.failed;
    const parts = late ? ['Loading …'] : [];
    if (block.rows * block.columns > 1) {
      parts.push(`each pixel shows the largest |a| of ${block.rows} × ${block.columns} cells`);
    }
    if (this.series.state === 'running') parts.push('running');
    if (this.colours?.clipped) {
      parts.push(`colours end at ±${shortNumber(this.colours.scale.domain)}`);
    }
    return parts.join(' · ');
  }

  private origin(): Origin {
    const checkpoint = this.shownEntry?.stop.checkpoint ?? this.stops[this.stop].checkpoint;
    return { series: this.series, checkpoint, roster: this.roster };
  }

  private numbers(): [Picture, Origin] {
    if (!this.picture) throw new Error('nothing is shown yet');
    return [this.picture, this.origin()];
  }

  private fileName(): string {
    const { checkpoint, series } = this.origin();
    return `${series.experiment} ${checkpoint.name.replaceAll('/', ' ')}`;
  }

  private figure(look: Look): Figure {
    const [picture, { series, checkpoint }] = this.numbers();
    const { ramp, sign, window } = this.settings;
    const domain = this.colours?.scale.domain ?? 0;
    const scale = colourScale(ramp, FIGURE_PALETTES[look], sign, domain);
    const label = this.shownEntry?.stop.label ?? '';
    return matrixFigure(picture, this.coloursOf(picture, scale), look, window, {
      title: `${seriesTitle(series, checkpoint)}, ${label}`,
      subtitle: factsInWords(picture, checkpoint),
    });
  }
}

/** The next round number: 1, 2, 2.5 or 5 times a power of ten divides it. */
function niceUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.abs(value) || 1)) / 2;
  return Math.ceil(value / step) * step;
}
