import { invalid } from '../errors';

const N = 624;
const M = 397;

/**
 * The 32-bit Mersenne Twister MT19937 (Matsumoto & Nishimura 1998), seeded as PyTorch's CPU
 * generator is (`init_genrand`) or by a key of any length (`init_by_array`, their 2002 revision).
 */
export class MersenneTwister {
  private readonly state = new Uint32Array(N);
  private position = N;

  /** Seeds by one 32-bit number, as `torch.manual_seed` does with the low 32 bits of its seed. */
  static fromSeed(seed: number): MersenneTwister {
    const twister = new MersenneTwister();
    twister.seed(seed >>> 0);
    return twister;
  }

  /** Seeds by a key of one or more 32-bit words. */
  static fromKey(key: readonly number[]): MersenneTwister {
    if (key.length === 0) throw invalid('a key needs at least one word');
    const twister = new MersenneTwister();
    const { state } = twister;
    twister.seed(19650218);
    let i = 1;
    let j = 0;
    const advance = (): void => {
      if (++i < N) return;
      state[0] = state[N - 1];
      i = 1;
    };
    const mix = (factor: number): number =>
      state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), factor);
    for (let k = Math.max(N, key.length); k > 0; k--) {
      state[i] = mix(1664525) + (key[j] >>> 0) + j;
      j = (j + 1) % key.length;
      advance();
    }
    for (let k = N - 1; k > 0; k--) {
      state[i] = mix(1566083941) - i;
      advance();
    }
    state[0] = 0x80000000;
    return twister;
  }

  private seed(seed: number): void {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next draw, an integer in [0, 2³²). */
  uint32(): number {
    if (this.position === N) this.twist();
    let y = this.state[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < N; i++) {
      const next = state[i + 1 < N ? i + 1 : 0];
      const y = (state[i] & 0x80000000) | (next & 0x7fffffff);
      // A mask instead of a branch, which would be mispredicted half of the time.
      state[i] = state[i + M < N ? i + M : i + M - N] ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    this.position = 0;
  }
}
