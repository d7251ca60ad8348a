/*
 * Dropout. Draws come from xoshiro128++, four generators for every width of vectors, as in
 * ../core/random/xoshiro.ts: draw i comes from lane i mod 4, and every mask begins with lane 0. The mask is
 * packed but the rows of x are padded: a padding column is multiplied by another unit's mask and stays 0.
 */
#ifndef DROPOUT_H
#define DROPOUT_H

#include "matrix.h"

INLINE uint4 rotated(uint4 x, i32 by) { return x << by | x >> (32 - by); }

/* mask [count] = 0 where a draw is below the threshold, `scale` elsewhere. */
static void draw_mask(u32 *state, u32 threshold, f32 scale, f32 *mask, i32 count) {
  uint4 *words = (uint4 *)state;
  uint4 s0 = words[0], s1 = words[1], s2 = words[2], s3 = words[3];
  const vec4 kept = scale - (vec4){0};
  for (i32 i = 0; i < count; i += 4) {
    const uint4 draw = rotated(s0 + s3, 7) + s0;
    const uint4 t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotated(s3, 11);
    *(vec4 *)(mask + i) = (vec4)((uint4)kept & (uint4)(draw >= threshold));
  }
  words[0] = s0;
  words[1] = s1;
  words[2] = s2;
  words[3] = s3;
}

/* x[r, c] *= mask[r * columns + c] */
static void apply_mask(Matrix x, const f32 *mask, i32 rows, i32 columns) {
  for (i32 r = 0; r < rows; r++, mask += columns) {
    f32 *row = row_of(x, r);
    for (i32 c = 0; c < columns; c += LANES) store(row + c, load(row + c) * load(mask + c));
  }
}

#endif
