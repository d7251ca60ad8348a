/**
 * Drops units of a batch: `x[r, c] *= mask[r · width + c]`, with a mask that is 0 where a draw is below
 * the threshold and `scale` elsewhere. Draws come from xoshiro128++, four generators side by side as in
 * ../../../random/xoshiro.ts: draw i comes from lane i mod 4, and every mask begins with lane 0. The mask
 * is packed, the rows of x are padded: a padding column meets some other unit's mask and stays 0.
 * @param state `[4 words, 4 lanes]`, advanced
 * @param mask `[rows · width]` rounded up to fours, and one vector more
 */
export function drop(
  state: usize,
  mask: usize,
  threshold: u32,
  scale: f32,
  x: usize,
  stride: usize,
  rows: i32,
  width: i32,
): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  const limit = i32x4.splat(threshold);
  const kept = f32x4.splat(scale);
  const rowBytes = <usize>width << 2;
  let drawn = mask;
  for (let r = 0; r < rows; r++) {
    const end = mask + rowBytes;
    while (drawn < end) {
      const sum = i32x4.add(s0, s3);
      const draw = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), s0);
      const t = i32x4.shl(s1, 9);
      s2 = v128.xor(s2, s0);
      s3 = v128.xor(s3, s1);
      s1 = v128.xor(s1, s2);
      s0 = v128.xor(s0, s3);
      s2 = v128.xor(s2, t);
      s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
      v128.store(drawn, v128.and(kept, i32x4.ge_u(draw, limit)));
      drawn += 16;
    }
    multiplyRow(x, mask, rowBytes);
    mask = end;
    x += stride;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function multiplyRow(x: usize, mask: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(x + at, f32x4.mul(v128.load(x + at), v128.load(mask + at)));
  }
}

/** `x[r, c] *= mask[r · width + c]` with the mask of {@link drop}. */
export function applyMask(x: usize, stride: usize, mask: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let r = 0; r < rows; r++) {
    multiplyRow(x, mask, rowBytes);
    x += stride;
    mask += rowBytes;
  }
}
