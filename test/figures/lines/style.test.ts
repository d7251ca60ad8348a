import assert from 'node:assert/strict';
import {
  COLOURS,
  resolveStyle,
  markedPoints,
  MARKERS,
  slotColours,
} from '../../../src/figures/lines/style';

type Rgb = readonly [red: number, green: number, blue: number];

function linearRgb(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.1. */
function contrast(a: string, b: string): number {
  const luminance = ([red, green, blue]: Rgb): number =>
    0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [less, more] = [luminance(linearRgb(a)), luminance(linearRgb(b))].sort((x, y) => x - y);
  return (more + 0.05) / (less + 0.05);
}

/** Ottosson (2020). */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Linear RGB as people see it who lack a kind of cone: Machado, Oliveira & Fernandes (2009), severity 1. */
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(hex: string, eyes: readonly Rgb[]): Rgb {
  const rgb = linearRgb(hex);
  const [r, g, b] = eyes.map((row) =>
    Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])),
  );
  return oklab([r, g, b]);
}

const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

describe('the colours of lines', () => {
  const backgrounds = { light: ['#ffffff'], dark: ['#1f1f1f', '#1b1b1d', '#000000'] } as const;

  for (const kind of ['light', 'dark'] as const) {
    const pairs = Array.from({ length: COLOURS }, (_, slot) => slotColours(slot, kind));

    it(`have a contrast of 3 : 1 on ${kind} backgrounds`, () => {
      for (const colour of pairs.flat()) {
        for (const background of backgrounds[kind]) {
          const ratio = contrast(colour, background);
          assert.ok(ratio >= 2.95, `${colour} on ${background}: ${ratio}`);
        }
      }
    });

    for (const [name, eyes] of Object.entries(EYES)) {
      it(`differ on ${kind} backgrounds for eyes with ${name}`, () => {
        const colours = pairs.map(([own]) => seen(own, eyes));
        colours.forEach((a, i) =>
          colours.slice(0, i).forEach((b, j) => {
            assert.ok(distance(a, b) >= 0.1, `${i} and ${j}: ${distance(a, b)}`);
          }),
        );
      });
    }
  }

  it('repeat only with another marker', () => {
    const palette = { kind: 'light', contrast: false, muted: '#555555' } as const;
    const styles = Array.from({ length: COLOURS * MARKERS.length }, (_, slot) => {
      const { colour, marker } = resolveStyle({ slot, marker: 'filled' }, palette);
      return `${colour} ${marker}`;
    });
    assert.equal(new Set(styles).size, styles.length);
  });
});

describe('markers', () => {
  const points = Float32Array.from({ length: 202 }, (_, i) => (i % 2 === 0 ? 1.5 * i : 10));

  it('are on each point, or on some that keep apart', () => {
    assert.equal(markedPoints(points, 'each').length, 101);
    const some = markedPoints(points, 'some');
    assert.ok(some.length > 5 && some.length < 20, String(some));
    assert.equal(some[some.length - 1], 100);
  });

  it('of two runs are not on the same points', () => {
    const first = new Set(markedPoints(points, 'some', 0).slice(0, -1));
    assert.ok(
      markedPoints(points, 'some', 1)
        .slice(0, -1)
        .every((i) => !first.has(i)),
    );
  });

  it('are on no point that is missing', () => {
    assert.deepEqual(markedPoints(Float32Array.of(NaN, NaN, 5, 5), 'each'), [1]);
    assert.deepEqual(markedPoints(new Float32Array(), 'some'), []);
  });
});
