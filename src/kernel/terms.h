/*
 * The nonzero elements of rows. After a ReLU or dropout half of the values or more are 0, and so are the
 * deltas there. So rows are first reduced to their terms: the nonzero elements, and the places of the rows
 * of the other matrix that they multiply.
 */
#ifndef TERMS_H
#define TERMS_H

#include "matrix.h"

/* Number of lists of terms that are created at once. */
#define LISTS 64
/* Most terms of a list; longer rows are multiplied with their zeros. */
#define LONGEST 8192

typedef struct {
  f32 *values;  /* [count], in order */
  i32 *places;  /* [count]: floats from the first row of the other matrix to theirs */
  i32 *marks;   /* [depths + 1]: number of terms before each depth of rows */
  i32 count;
} Terms;

/* A list for rows of this length, with a mark for every depth of at least 16 elements. */
INLINE Terms take_terms(Arena *arena, i32 length) {
  Terms terms;
  terms.values = take(arena, 4 * ((u64)length + LANES));
  terms.places = take(arena, 4 * ((u64)length + LANES));
  terms.marks = take(arena, 4 * ((u64)length / 16 + 2));
  terms.count = 0;
  return terms;
}

#if LANES != 16
/* For each mask of four elements: indices that move the bytes of its elements to the front. */
static const uint8_t FRONT[16][16] = {
  {0},
  {0, 1, 2, 3},
  {4, 5, 6, 7},
  {0, 1, 2, 3, 4, 5, 6, 7},
  {8, 9, 10, 11},
  {0, 1, 2, 3, 8, 9, 10, 11},
  {4, 5, 6, 7, 8, 9, 10, 11},
  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
  {12, 13, 14, 15},
  {0, 1, 2, 3, 12, 13, 14, 15},
  {4, 5, 6, 7, 12, 13, 14, 15},
  {0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15},
  {8, 9, 10, 11, 12, 13, 14, 15},
  {0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15},
  {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
};

INLINE void append4(Terms *to, vec4 x, uint4 places, uint4 among) {
  const uint4 holds = (uint4)(x != (vec4){0}) & among;
  vec4 *values_at = (vec4 *)(to->values + to->count);
  uint4 *places_at = (uint4 *)(to->places + to->count);
#if defined(__wasm__)
  const i32 mask = wasm_i32x4_bitmask((v128_t)holds);
  const v128_t front = wasm_v128_load(FRONT[mask]);
  *values_at = (vec4)wasm_i8x16_swizzle((v128_t)x, front);
  *places_at = (uint4)wasm_i8x16_swizzle((v128_t)places, front);
#elif defined(__ARM_NEON)
  const uint4 bits = holds & (uint4){1, 2, 4, 8};
  const i32 mask = (i32)vaddvq_u32((uint32x4_t)bits);
  const uint8x16_t front = vld1q_u8(FRONT[mask]);
  *values_at = (vec4)vqtbl1q_u8((uint8x16_t)x, front);
  *places_at = (uint4)vqtbl1q_u8((uint8x16_t)places, front);
#else
  const i32 mask = _mm_movemask_ps((__m128)holds);
  const __m128i front = _mm_loadu_si128((const __m128i *)FRONT[mask]);
  *values_at = (vec4)_mm_shuffle_epi8((__m128i)x, front);
  *places_at = (uint4)_mm_shuffle_epi8((__m128i)places, front);
#endif
  to->count += __builtin_popcount((u32)mask);
}
#endif

/* Appends the nonzero elements of x; all bits of `among` are set in the lanes to consider. */
INLINE void append(Terms *to, vec x, ints places, ints among) {
#if LANES == 16
  const __mmask16 mask = _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_NEQ_UQ) &
                         _mm512_movepi32_mask((__m512i)among);
  _mm512_storeu_ps(to->values + to->count, _mm512_maskz_compress_ps(mask, (__m512)x));
  _mm512_storeu_si512(to->places + to->count, _mm512_maskz_compress_epi32(mask, (__m512i)places));
  to->count += __builtin_popcount(mask);
#elif LANES == 8
  append4(to, __builtin_shufflevector(x, x, 0, 1, 2, 3),
          (uint4)__builtin_shufflevector(places, places, 0, 1, 2, 3),
          (uint4)__builtin_shufflevector(among, among, 0, 1, 2, 3));
  append4(to, __builtin_shufflevector(x, x, 4, 5, 6, 7),
          (uint4)__builtin_shufflevector(places, places, 4, 5, 6, 7),
          (uint4)__builtin_shufflevector(among, among, 4, 5, 6, 7));
#else
  append4(to, x, (uint4)places, (uint4)among);
#endif
}

/*
 * The terms of a row of `length` elements; the other matrix has rows of `step` floats.
 * @param depth number of elements per mark, a multiple of LANES
 */
static void row_terms(Terms *to, const f32 *x, i32 length, i32 step, i32 depth) {
  i32 mark = 0;
  to->count = 0;
  for (i32 from = 0; from < length; from += depth) {
    to->marks[mark++] = to->count;
    const i32 end = least(length, from + depth);
    for (i32 i = from; i < end; i += LANES) {
      const ints at = EACH_LANE + i;
      append(to, load(x + i), at * step, at < end);
    }
  }
  to->marks[mark] = to->count;
}

/* The terms of LANES columns of x, [rows, LANES or more]. */
static void column_terms(Terms *to, Matrix x, i32 column, i32 rows, i32 step, i32 depth) {
  i32 mark = 0;
  for (i32 l = 0; l < LANES; l++) to[l].count = 0;
  for (i32 from = 0; from < rows; from += depth) {
    for (i32 l = 0; l < LANES; l++) to[l].marks[mark] = to[l].count;
    mark++;
    const i32 end = least(rows, from + depth);
    for (i32 r = from; r < end; r += LANES) {
      f32 turned[LANES * LANES] __attribute__((aligned(LINE)));
      transpose(row_of(x, r) + column, x.stride, turned, LANES, LANES);
      const ints at = EACH_LANE + r;
      /* Rows beyond the end have arbitrary content; `at < end` leaves them out. */
      for (i32 l = 0; l < LANES; l++) append(to + l, load(turned + l * LANES), at * step, at < end);
    }
  }
  for (i32 l = 0; l < LANES; l++) to[l].marks[mark] = to[l].count;
}

#endif
