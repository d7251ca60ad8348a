import { grouped } from '../../core/grouped';
import { type ColourScale, cssColour } from '../../figures/colour/colourTable';
import type { Palette } from '../../figures/colour/palette';
import type { NamedWeight, NeuronWeights } from '../../figures/matrix/weights';
import { signedBarMarks, signedBarsHeight } from '../../figures/profile/signedBars';
import { TRACE_HEIGHT, type TraceData, traceMarks } from '../../figures/profile/trace';
import { shortNumber, signedNumber } from '../../figures/text/numbers';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { ChartSurface } from '../shared/surface';
import type { MatrixChange } from './state';

/** A neuron in detail. */
export interface Profile {
  readonly title: string;
  /** Whether it was pruned, so that only its trajectory is shown. */
  readonly pruned: boolean;
  /** Its measures, with the reason why one would be missing. */
  readonly measures: readonly {
    readonly name: string;
    readonly value: number;
    readonly missing: string;
  }[];
  /** Features, strongest first. */
  readonly features: readonly { readonly name: string; readonly value: number }[];
  readonly scale: ColourScale;
  readonly trace: TraceData;
  readonly traceTitle: string;
  readonly stops: readonly string[];
  /** A text that says why there are none; undefined until they are loaded. */
  readonly weights: NeuronWeights | string | undefined;
}

/** How many features and weights are shown. */
const MAX_ITEMS = 16;
const MAX_WIDTH = 276;
/** Stands for the number of a masked weight, which is not trained and stays 0. */
const MASKED = 'masked';
/** Around the charts. */
const PADDING = 28;

/** The panel with the profile of one neuron. */
export class ProfilePanel {
  readonly element: HTMLElement;
  private readonly title = element('h2', { tabindex: -1 });
  private readonly measures = element('dl', { class: 'measures' });
  private readonly features = new ChartSurface('Features of the neuron', 'Up and down read them.');
  private readonly trace = new ChartSurface(
    'The measure over time',
    'Left and right read it, Enter goes there.',
  );
  private readonly traceTitle = element('h3');
  private readonly note = element('p', { class: 'heading' });
  private readonly weights = element('div');
  private readonly incoming = new ChartSurface('Incoming weights', 'Up and down read them.');
  private readonly outgoing = new ChartSurface('Outgoing weights', 'Up and down read them.');
  private readonly incomingTitle = element('h3');
  private readonly outgoingTitle = element('h3');
  private readonly at = { features: 0, incoming: 0, outgoing: 0, trace: 0 };
  private profile: Profile | undefined;

  constructor(
    private readonly actions: {
      dispatch(change: MatrixChange): void;
      /** Speaks a line by a screen reader. */
      announce(line: string): void;
      redraw(): void;
    },
  ) {
    this.weights.append(
      this.incomingTitle,
      this.incoming.element,
      this.outgoingTitle,
      this.outgoing.element,
    );
    const close = (): void => actions.dispatch({ type: 'close profile' });
    this.element = element(
      'aside',
      { class: 'profile', 'aria-label': 'Profile of a neuron', hidden: true },
      element('header', {}, this.title, button('✕', close, 'Close the profile', 'icon')),
      this.measures,
      element('h3', {}, 'Features'),
      this.features.element,
      this.traceTitle,
      this.trace.element,
      this.weights,
      this.note,
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
    this.walk(this.features, 'features', () => this.profile?.features.slice(0, MAX_ITEMS) ?? []);
    this.walk(this.incoming, 'incoming', () => this.side('incoming'));
    this.walk(this.outgoing, 'outgoing', () => this.side('outgoing'));
    this.trace.element.addEventListener('keydown', (event) => this.walkTrace(event));
    this.trace.element.addEventListener('click', (event) => {
      const count = this.profile?.trace.values.length ?? 0;
      const share = (this.trace.place(event)[0] - 30) / (this.width - 38);
      const index = Math.round(Math.max(0, Math.min(1, share)) * (count - 1));
      if (count > 0) actions.dispatch({ type: 'go', index });
    });
  }

  reveal(): void {
    this.element.scrollIntoView({ block: 'nearest' });
  }

  /** Width of the charts in pixels. */
  private get width(): number {
    return Math.max(160, Math.min(MAX_WIDTH, this.element.clientWidth - PADDING));
  }

  show(profile: Profile | undefined, palette: Palette): void {
    const other = profile?.title !== this.profile?.title;
    this.profile = profile;
    this.element.hidden = !profile;
    if (!profile) return;
    if (other) Object.assign(this.at, { features: 0, incoming: 0, outgoing: 0 });
    this.title.textContent = profile.title;
    this.measures.replaceChildren(
      ...profile.measures.flatMap(({ name, value }) => [
        element('dt', {}, name),
        element('dd', {}, shortNumber(value)),
      ]),
      ...reasonsOf(profile).map((reason) => element('dd', { class: 'why' }, reason)),
    );
    const { features, scale } = profile;
    const most = features.slice(0, MAX_ITEMS);
    const colour = (value: number): string => cssColour(scale, value) ?? 'none';
    const bars = most.map(({ name, value }) => ({ name, weight: value }));
    const { width } = this;
    drawBars(this.features, bars, colour, palette, width, this.at.features);
    this.traceTitle.textContent = profile.traceTitle;
    this.trace.begin(width, TRACE_HEIGHT);
    this.trace.overlay(traceMarks(profile.trace, width, palette));
    this.showWeights(profile, palette);
  }

  private showWeights({ weights, pruned }: Profile, palette: Palette): void {
    const there = typeof weights === 'object';
    this.weights.hidden = !there;
    this.note.textContent = pruned
      ? 'This neuron is pruned at the moment shown.'
      : typeof weights === 'string'
        ? weights
        : '';
    if (!there) return;
    const { incoming, outgoing, bias } = weights;
    const colour = (): string => palette.bar;
    const biasText = Number.isNaN(bias) ? 'no bias' : `bias ${signedNumber(bias)}`;
    this.incomingTitle.textContent = `Incoming weights${count(incoming)}, ${biasText}`;
    this.outgoingTitle.textContent = `Outgoing weights${count(outgoing)}`;
    const { width } = this;
    drawBars(this.incoming, incoming.slice(0, MAX_ITEMS), colour, palette, width, this.at.incoming);
    drawBars(this.outgoing, outgoing.slice(0, MAX_ITEMS), colour, palette, width, this.at.outgoing);
  }

  private side(name: 'incoming' | 'outgoing'): { name: string; value: number; text?: string }[] {
    const weights = this.profile?.weights;
    if (typeof weights !== 'object') return [];
    return weights[name].slice(0, MAX_ITEMS).map(({ name: end, weight, masked }) => {
      return { name: end, value: weight, ...(masked && { text: MASKED }) };
    });
  }

  private walk(
    surface: ChartSurface,
    name: 'features' | 'incoming' | 'outgoing',
    items: () => readonly {
      readonly name: string;
      readonly value: number;
      readonly text?: string;
    }[],
  ): void {
    const say = (by: number): void => {
      const all = items();
      if (all.length === 0) return;
      this.at[name] = Math.max(0, Math.min(all.length - 1, this.at[name] + by));
      const item = all[this.at[name]];
      this.actions.announce(`${item.name}: ${item.text ?? signedNumber(item.value)}`);
      this.actions.redraw();
    };
    surface.element.addEventListener('keydown', (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      say(by);
    });
    surface.element.addEventListener('focus', () => {
      if (surface.element.matches(':focus-visible')) say(0);
    });
  }

  private walkTrace(event: KeyboardEvent): void {
    const { profile, at } = this;
    if (!profile) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Enter') this.actions.dispatch({ type: 'go', index: at.trace });
    else if (by !== undefined) {
      const { values } = profile.trace;
      at.trace = Math.max(0, Math.min(values.length - 1, at.trace + by));
      this.actions.announce(`${profile.stops[at.trace]}: ${shortNumber(values[at.trace])}`);
    } else return;
    event.preventDefault();
  }
}

/** Why measures are undefined: each reason once, with the measures that it holds for. */
function reasonsOf({ measures }: Profile): string[] {
  const missing = measures.filter(({ value }) => Number.isNaN(value));
  return [...grouped(missing, (measure) => measure.missing)].map(([reason, group]) => {
    const names = group.map(({ name }) => name).join(', ');
    const which = group.length > 2 ? `${group.length} measures` : names;
    return `${which} undefined: ${reason}`;
  });
}

/** ` (strongest 16 of 64, 32 masked)`, as far as it applies. */
function count(all: readonly NamedWeight[]): string {
  const masked = all.filter((weight) => weight.masked).length;
  const parts = [
    ...(all.length > MAX_ITEMS ? [`strongest ${MAX_ITEMS} of ${all.length}`] : []),
    ...(masked > 0 ? [`${masked} masked`] : []),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function drawBars(
  surface: ChartSurface,
  items: readonly NamedWeight[],
  colour: (value: number) => string,
  palette: Palette,
  width: number,
  current: number,
): void {
  const height = signedBarsHeight(items.length);
  surface.begin(width, height);
  const data = {
    labels: items.map(({ name }) => name),
    values: items.map(({ weight }) => weight),
    texts: items.map(({ masked }) => (masked ? MASKED : undefined)),
    colour,
  };
  const shown = surface.element.matches(':focus-visible') ? current : undefined;
  surface.overlay(signedBarMarks(data, width, palette, shown));
}
