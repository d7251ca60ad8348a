import type { BitSource } from './bitSource';

/** Number of generators side by side: the lanes of a 128-bit vector. */
export const LANES = 4;

/**
 * xoshiro128++ (Blackman & Vigna 2019), four generators side by side: draw i comes from lane i mod 4.
 * Fast enough to draw a dropout mask for every activation. It uses 32-bit vector operations only, so a
 * SIMD kernel draws the same numbers. Seeded from a named stream.
 */
export class Xoshiro {
  /** `[4 words, 4 lanes]` */
  readonly state = new Uint32Array(4 * LANES);
  private readonly draws = new Uint32Array(LANES);
  private next = LANES;

  constructor(seeds: BitSource) {
    for (let i = 0; i < this.state.length; i++) this.state[i] = seeds.uint32();
  }

  /** The next draw, an integer in [0, 2³²). */
  uint32(): number {
    if (this.next === LANES) this.advance();
    return this.draws[this.next++];
  }

  /** Skips the rest of the current four draws, so that the next draw comes from lane 0. */
  align(): void {
    this.next = LANES;
  }

  private advance(): void {
    const { state, draws } = this;
    for (let lane = 0; lane < LANES; lane++) {
      const a = state[lane];
      const b = state[LANES + lane];
      const c = state[2 * LANES + lane] ^ a;
      const d = state[3 * LANES + lane] ^ b;
      const sum = (a + state[3 * LANES + lane]) | 0;
      draws[lane] = ((sum << 7) | (sum >>> 25)) + a;
      state[LANES + lane] = b ^ c;
      state[lane] = a ^ d;
      state[2 * LANES + lane] = c ^ (b << 9);
      state[3 * LANES + lane] = (d << 11) | (d >>> 21);
    }
    this.next = 0;
  }
}
