/*
 * PyTorch's CPU random functions, so that runs made with PyTorch replay exactly.
 * Checked against PyTorch 2.13 for several seeds (test/fixtures/torch-rng.json).
 */
import type { BitSource } from './bitSource';

/** `torch.rand`: uniform in [0, 1), 24 bits of one draw; exact in float32. */
export function uniform(generator: BitSource): number {
  return (generator.uint32() & 0xffffff) / 0x1000000;
}

/**
 * `Tensor.uniform_(from, to)` in float32: `u·(to − from) + from` with one rounding at the end, since
 * PyTorch's build fuses multiplication and addition. The product of two 24-bit numbers is exact here.
 */
export function uniformBetween(generator: BitSource, from: number, to: number): number {
  const range = Math.fround(Math.fround(to) - Math.fround(from));
  return Math.fround(uniform(generator) * range + Math.fround(from));
}

/** `Tensor.random_()` on int64: two draws, high word first, modulo 2⁶³. */
export function int64(generator: BitSource): bigint {
  const high = BigInt(generator.uint32());
  const low = BigInt(generator.uint32());
  return ((high << 32n) | low) & 0x7fffffffffffffffn;
}

/** `torch.randperm(n)`: swaps i with i + draw mod (n − i). */
export function permutation(generator: BitSource, n: number): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (generator.uint32() % (n - i));
    const drawn = order[j];
    order[j] = order[i];
    order[i] = drawn;
  }
  return order;
}
