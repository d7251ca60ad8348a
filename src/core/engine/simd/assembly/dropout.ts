/**
 * Draws a dropout mask with xoshiro128++, four generators side by side as in
 * ../../../random/xoshiro.ts: draw i comes from lane i mod 4, and every mask begins with lane 0.
 * @param state `[4 words, 4 lanes]`, advanced
 * @param mask filled with 0 where a draw is below the threshold, otherwise with `scale`; `count`
 *   elements rounded up to fours
 */
export function drawMask(state: usize, mask: usize, count: i32, threshold: u32, scale: f32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  const limit = i32x4.splat(threshold);
  const kept = f32x4.splat(scale);
  for (let i = 0; i < count; i += 4) {
    const sum = i32x4.add(s0, s3);
    const draw = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), s0);
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
    v128.store(mask + (<usize>i << 2), v128.and(kept, i32x4.ge_u(draw, limit)));
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/**
 * `x[r, c] *= mask[r · width + c]`, x `[rows, ⌈width⌉₄]`: the mask is packed, the rows are padded. A
 * padding column meets some other unit's mask and stays 0.
 */
export function applyMask(x: usize, stride: usize, mask: usize, rows: i32, width: i32): void {
  for (let r = 0; r < rows; r++) {
    const row = x + <usize>r * stride;
    const packed = mask + (<usize>(r * width) << 2);
    for (let c = 0; c < width; c += 4) {
      const at = <usize>c << 2;
      v128.store(row + at, f32x4.mul(v128.load(row + at), v128.load(packed + at)));
    }
  }
}
