import type { Palette } from '../../figures/colour/palette';
import type { Mark } from '../../figures/marks/marks';
import { CHOICES } from '../../figures/matrix/settings';
import type { Stop } from '../../figures/matrix/track';
import { memoised } from '../../figures/memo';
import { ratioText } from '../../figures/text/numbers';
import { button, selectControl } from '../shared/controls';
import { element, setAttributes, svgElement } from '../shared/dom';
import { drawSvg } from '../shared/drawMarks';
import type { MatrixChange } from './state';

/** Half of the width of a slider's thumb, by which its first and last place are from the edges. */
const THUMB = 8;
const HEIGHT = 30;

/** The time slider: training epochs, then pruning ratios, with play and pause. */
export class TimeBar {
  private readonly slider = element('input', {
    type: 'range',
    min: 0,
    step: 1,
    'aria-label': 'Moment of training and pruning',
  });
  private readonly play: HTMLButtonElement;
  private readonly scale = svgElement({ class: 'time-scale', 'aria-hidden': 'true' });
  private readonly label = element('output', { class: 'time-label' });
  private readonly speed;
  readonly element: HTMLElement;

  constructor(dispatch: (change: MatrixChange) => void) {
    const step = (by: number) => () => dispatch({ type: 'step', by });
    this.play = button('▶', () => dispatch({ type: 'toggle play' }), 'Play', 'icon');
    this.speed = selectControl(
      'Speed',
      CHOICES.speed.map((speed) => ({ value: String(speed), label: `${speed} / s` })),
      (value) => dispatch({ type: 'settings', settings: { speed: Number(value) } }),
    );
    this.slider.addEventListener('input', () =>
      dispatch({ type: 'go', index: this.slider.valueAsNumber }),
    );
    this.element = element(
      'div',
      { class: 'time', role: 'group', 'aria-label': 'Time' },
      button('‹', step(-1), 'One step back', 'icon'),
      this.play,
      button('›', step(1), 'One step on', 'icon'),
      element('div', { class: 'time-slider' }, this.slider, this.scale),
      this.label,
      this.speed.element,
    );
  }

  /** In pixels. */
  get width(): number {
    return this.slider.clientWidth;
  }

  show(
    stops: readonly Stop[],
    current: number,
    playing: boolean,
    speed: number,
    palette: Palette,
  ): void {
    const name = playing ? 'Pause' : 'Play';
    this.play.textContent = playing ? '❚❚' : '▶';
    setAttributes(this.play, { title: name, 'aria-label': name, 'aria-pressed': String(playing) });
    setAttributes(this.slider, {
      max: Math.max(0, stops.length - 1),
      'aria-valuetext': (stops[current] as Stop | undefined)?.label,
    });
    this.slider.value = String(current);
    this.slider.disabled = stops.length < 2;
    this.label.textContent = (stops[current] as Stop | undefined)?.label ?? '';
    this.speed.set(String(speed));
    this.drawScale(stops, this.width, palette);
  }

  private readonly drawScale = memoised(
    (stops: readonly Stop[], width: number, palette: Palette) => {
      setAttributes(this.scale, { width, height: HEIGHT - 12 });
      drawSvg(this.scale, scaleMarks(stops, width, palette), 'time');
    },
  );
}

/** Plays the time slider: so many stops a second, and never over one that is not loaded yet. */
export class Player {
  private request: number | undefined;
  private due = 0;

  constructor(
    /** Stops a second. */
    private readonly speed: () => number,
    /** Goes to the next stop. @returns false while that is not loaded */
    private readonly step: () => boolean,
  ) {}

  /** Starts or stops. */
  set(playing: boolean): void {
    if (playing === (this.request !== undefined)) return;
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    this.request = undefined;
    if (!playing) return;
    this.due = performance.now();
    this.request = requestAnimationFrame(this.tick);
  }

  private readonly tick = (now: number): void => {
    this.request = requestAnimationFrame(this.tick);
    // After a wait the clock starts anew: stops that are late are not caught up with.
    if (now >= this.due && this.step()) this.due = Math.max(this.due + 1000 / this.speed(), now);
  };
}

/** Ticks and names below the slider: epochs by tens or so, then the ratios. */
export function scaleMarks(stops: readonly Stop[], width: number, palette: Palette): Mark[] {
  const count = Math.max(1, stops.length - 1);
  const x = (i: number): number => THUMB + (i / count) * (width - 2 * THUMB);
  const marks: Mark[] = [];
  let free = -Infinity;
  stops.forEach(({ checkpoint, ratio, section }, i) => {
    const first = i === 0 ? ratio !== null : stops[i - 1].section !== section;
    const last = i === stops.length - 1 || stops[i + 1].section !== section;
    const { step } = checkpoint.leg;
    const steps = step === undefined ? '' : `·${step}`;
    const ratioName = ratio === null ? '' : `${ratioText(ratio)}${steps}`;
    const text = ratio === null ? String(checkpoint.epoch) : first ? ratioName : '';
    const wanted = ratio !== null ? first : first || last || checkpoint.epoch % 10 === 0;
    if (!wanted) return;
    marks.push({ kind: 'line', x1: x(i), x2: x(i), y1: 0, y2: 4, stroke: palette.muted });
    const textWidth = text.length * 5.6;
    if (x(i) - textWidth / 2 < free || !text) return;
    free = x(i) + textWidth / 2 + 6;
    const anchor = i === 0 ? 'start' : i === stops.length - 1 ? 'end' : 'middle';
    const at = i === 0 ? 0 : i === stops.length - 1 ? width : x(i);
    marks.push({ kind: 'text', x: at, y: 15, text, size: 10, anchor, fill: palette.muted });
  });
  return marks;
}
