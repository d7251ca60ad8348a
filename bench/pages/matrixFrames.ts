/*
 * Runs in a page: the view of matrices as users see it, with matrices of any size, timed frame by frame.
 */
import { indexNeurons } from '../../src/figures/matrix/neuronIndex';
import type { PageMatrix } from '../../src/figures/matrix/measured';
import { mountMatrix } from '../../src/webviews/matrix/mount';
import type { MatrixSeries } from '../../src/protocol/matrix';
import { MersenneTwister } from '../../src/core/random/mersenneTwister';
import { found, settled, timed, type Frames } from './timing';

/** What is done in every frame. */
export type FrameTimes = Record<'zoom' | 'pan' | 'cursor' | 'next matrix', Frames>;

interface Size {
  readonly hidden: readonly number[];
  readonly features: number;
}

const STOPS = 6;
const HEAT = '[aria-label="Attribution matrix: neurons by features"]';

async function measureMatrix({ hidden, features }: Size, frames: number): Promise<FrameTimes> {
  const names = Array.from({ length: features }, (_, f) => `f${f}`);
  const checkpoints = Array.from({ length: STOPS }, (_, epoch) => ({
    name: `1-dense/training/${epoch}`,
    leg: { seed: 1, arm: 'dense' as const, requested: null },
    phase: 'training' as const,
    epoch,
    attribution: true,
    specimen: false,
  }));
  const series: MatrixSeries = {
    experiment: 'Bench',
    run: 'bench',
    state: 'finished',
    hidden,
    features: names,
    rows: 'pre-activation',
    checkpoints,
  };
  const target = document.createElement('div');
  document.body.replaceChildren(target);
  const view = mountMatrix(target, {
    series: () => Promise.resolve(series),
    matrix: (name) => Promise.resolve(matrixOf(hidden, names, Number(name.split('/')[2]))),
    save: () => Promise.resolve(undefined),
  });
  const heat = await found<HTMLElement>(HEAT);
  const slider = await found<HTMLInputElement>('input[type=range]');
  await settled(30);
  const box = heat.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const wheel = (deltaY: number) => () =>
    heat.dispatchEvent(
      new WheelEvent('wheel', { deltaY, clientX: x, clientY: y, cancelable: true }),
    );
  const pointer = (type: string, dx: number, dy: number): boolean =>
    heat.dispatchEvent(
      new PointerEvent(type, { clientX: x + dx, clientY: y + dy, button: 0, pointerId: 1 }),
    );
  const zoom = await timed(frames, (i) => wheel(i % 40 < 20 ? -60 : 60)());
  await timed(12, wheel(-60));
  // What was not pressed by a hand cannot be captured.
  heat.setPointerCapture = () => undefined;
  pointer('pointerdown', 0, 0);
  const pan = await timed(frames, (i) => pointer('pointermove', 4 * (i % 40), 3 * (i % 50)));
  pointer('pointercancel', 0, 0);
  const cursor = await timed(frames, (i) => pointer('pointermove', 3 * (i % 60), 2 * (i % 70)));
  const next = await timed(frames, (i) => {
    slider.value = String(i % STOPS);
    slider.dispatchEvent(new Event('input'));
  });
  view.dispose();
  return { zoom, pan, cursor, 'next matrix': next };
}

function matrixOf(
  hidden: readonly number[],
  featureNames: readonly string[],
  epoch: number,
): PageMatrix {
  const { neurons, layers } = indexNeurons(hidden);
  const source = MersenneTwister.fromSeed(epoch + 1);
  const values = new Float32Array(neurons * featureNames.length);
  for (let i = 0; i < values.length; i++) values[i] = (source.uint32() / 2 ** 31 - 1) ** 3;
  const units = Uint32Array.from(layers.flatMap(({ start, end }) => range(end - start)));
  return {
    neurons,
    features: featureNames.length,
    values,
    rows: 'pre-activation',
    layers,
    units,
    featureNames,
    completenessError: 0,
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

Object.assign(window, { measureMatrix });
