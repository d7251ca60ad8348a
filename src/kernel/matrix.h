/* Matrices and their layout in memory. */
#ifndef MATRIX_H
#define MATRIX_H

#include "memory.h"

/* Rows of `stride` floats; the padding after the matrix's own columns is 0 and stays 0. */
typedef struct {
  f32 *at;
  i32 stride;
} Matrix;

/*
 * Floats from one row to the next. Rows of a multiple of 128 bytes would map to few sets of the cache, so
 * they are padded by a line.
 */
INLINE i32 stride_of(i32 columns) {
  const i32 padded = up_to(LANES, columns);
  return padded >= 32 && padded % 16 == 0 ? padded + 16 : padded;
}

/* Rows come in blocks. */
#define ROWS 4

INLINE Matrix take_matrix(Arena *arena, i32 rows, i32 columns) {
  const i32 stride = stride_of(columns);
  return (Matrix){take(arena, 4 * (u64)up_to(LANES, up_to(ROWS, rows)) * (u64)stride), stride};
}

INLINE f32 *take_vector(Arena *arena, i32 length) { return take(arena, 4 * (u64)up_to(LANES, length)); }

INLINE f32 *row_of(Matrix m, i32 r) { return m.at + (ptrdiff_t)r * m.stride; }

/* {a0, b0, a1, b1, ...} of the lower and the upper halves. */
#if LANES == 16
#define LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

INLINE void interleave(const vec from[LANES], vec to[LANES]) {
  UNROLL for (i32 i = 0; i < LANES / 2; i++) {
    to[2 * i] = LOW(from[i], from[i + LANES / 2]);
    to[2 * i + 1] = HIGH(from[i], from[i + LANES / 2]);
  }
}

/* Copies LANES rows into as many columns: out[c, r] = x[r, c]. */
static void transpose(const f32 *x, i32 stride, f32 *out, i32 out_stride, i32 columns) {
  for (i32 c = 0; c < columns; c += LANES, x += LANES, out += (ptrdiff_t)LANES * out_stride) {
    vec a[LANES], b[LANES];
    UNROLL for (i32 i = 0; i < LANES; i++) a[i] = load(x + (ptrdiff_t)i * stride);
    /* Each pass rotates the index of an element by one bit, until row and column are swapped. */
    interleave(a, b);
    interleave(b, a);
#if LANES >= 8
    interleave(a, b);
#if LANES == 16
    interleave(b, a);
#else
    UNROLL for (i32 i = 0; i < LANES; i++) a[i] = b[i];
#endif
#endif
    UNROLL for (i32 i = 0; i < LANES; i++) store(out + (ptrdiff_t)i * out_stride, a[i]);
  }
}

/* Copies packed rows into columns: out[c, r] = x[r, c]. */
static void turn(Kernel *k, const f32 *x, i32 rows, i32 columns, Matrix out) {
  const i32 whole = columns / LANES * LANES;
  for (i32 r = 0; r < rows; r += LANES) {
    if (stopped(k, 8 * LANES * (u64)columns)) return;
    const f32 *from = x + (ptrdiff_t)r * columns;
    const bool full = r + LANES <= rows;
    if (full) transpose(from, columns, out.at + r, out.stride, whole);
    for (i32 i = r; i < least(rows, r + LANES); i++, from += columns) {
      for (i32 c = full ? whole : 0; c < columns; c++) row_of(out, c)[i] = from[c];
    }
  }
}

/* Copies packed numbers into a row, followed by 0 in its padding. */
INLINE void fill_row(f32 *row, const f32 *from, i32 columns) {
  i32 c = 0;
  for (; c + LANES <= columns; c += LANES) store(row + c, load(from + c));
  if (c < columns) store(row + c, load_first(from + c, columns - c));
}

INLINE void sums_of(const i32 vectors, Matrix x, i32 rows, i32 c, f32 *out) {
  vec sum[4];
  UNROLL for (i32 v = 0; v < vectors; v++) sum[v] = splat(0);
  for (i32 r = 0; r < rows; r++) {
    UNROLL for (i32 v = 0; v < vectors; v++) sum[v] += load(row_of(x, r) + c + v * LANES);
  }
  UNROLL for (i32 v = 0; v < vectors; v++) store(out + c + v * LANES, sum[v]);
}

/* out[c] = sum over r of x[r, c]; four vectors at a time, so that additions do not wait for one another. */
static void column_sums(Matrix x, i32 rows, i32 columns, f32 *out) {
  i32 c = 0;
  for (; c + 3 * LANES < columns; c += 4 * LANES) sums_of(4, x, rows, c, out);
  for (; c < columns; c += LANES) sums_of(1, x, rows, c, out);
}

#endif
