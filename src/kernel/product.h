/*
 * Dense products, in blocks whose sums stay in registers. Every element is one sum in the order of its
 * index, from its initial value, rounded after each product and each addition: vectors run over
 * independent elements, so the bits are those of the scalar twin
 * (../core/engine/typescript/kernels.ts).
 */
#ifndef PRODUCT_H
#define PRODUCT_H

#include "matrix.h"

/* The left factor may be read by columns: element (r, k) stands at r * row + k * column. */
typedef struct {
  const f32 *at;
  i32 row, column;
} Factor;

INLINE Factor rows_of(Matrix m) { return (Factor){m.at, m.stride, 1}; }
INLINE Factor columns_of(Matrix m) { return (Factor){m.at, 1, m.stride}; }

/* Operation on an element after its sum is complete. */
typedef enum {
  PLAIN,
  RELU, /* negative values become 0 */
  GATE, /* 0 if the gate at the same place is not positive, otherwise multiplied by `scale` */
} Finish;

/*
 * out[r, c] = initial + sum over k of a[r, k] b[k, c], a [rows, inner], b [inner, columns]. Rows and
 * columns are rounded up to ROWS and LANES: the matrices are padded accordingly.
 */
typedef struct {
  Factor a;
  Matrix b, out;
  i32 rows, inner, columns;
  const f32 *initial; /* [columns], or [rows] with `initial_of_rows`; NULL for 0 */
  bool initial_of_rows;
  Finish finish;
  const f32 *gates; /* laid out as `out` */
  f32 scale;
} Product;

/* Rows of b per panel: a panel of WIDE vectors then fits the first cache. */
#define DEPTH 128
/* Vectors of a block of sums, and the rows for which registers are left. */
#define WIDE 4
#if LANES == 16
#define WIDE_ROWS 4
#else
#define WIDE_ROWS 2
#endif
/* Rows of a block of one vector: enough independent sums to hide the latency of additions. */
#if LANES >= 8
#define NARROW_ROWS 8
#else
#define NARROW_ROWS 4
#endif

INLINE vec finished(const Product *p, vec sum, ptrdiff_t place) {
  if (p->finish == RELU) return rectified(sum);
  if (p->finish == GATE) return where(load(p->gates + place) > splat(0), sum * splat(p->scale));
  return sum;
}

/*
 * The initial values of sums. Adding 0 turns -0 into 0 and changes nothing else. So no sum is ever -0, and
 * leaving out terms of 0 does not change it.
 */
INLINE vec initial_of(const Product *p, i32 row, i32 column) {
  if (!p->initial) return splat(0);
  return (p->initial_of_rows ? splat(p->initial[row]) : load(p->initial + column)) + splat(0);
}

/* One block of rows and vectors, over the terms from..to; `out` keeps the sums between two depths. */
INLINE void block(const i32 rows, const i32 vectors, const Product *p, i32 r, i32 c, i32 from, i32 to) {
  vec sum[NARROW_ROWS][WIDE];
  f32 *out = p->out.at + (ptrdiff_t)r * p->out.stride + c;
  UNROLL for (i32 i = 0; i < rows; i++) {
    UNROLL for (i32 v = 0; v < vectors; v++) {
      sum[i][v] = from == 0 ? initial_of(p, r + i, c + v * LANES)
                            : load(out + (ptrdiff_t)i * p->out.stride + v * LANES);
    }
  }
  const f32 *a = p->a.at + (ptrdiff_t)r * p->a.row + (ptrdiff_t)from * p->a.column;
  const f32 *b = p->b.at + (ptrdiff_t)from * p->b.stride + c;
  const f32 *end = p->b.at + (ptrdiff_t)to * p->b.stride + c;
  const ptrdiff_t a_row = p->a.row, a_column = p->a.column, b_row = p->b.stride;
  for (; b != end; a += a_column, b += b_row) {
    vec y[WIDE];
    UNROLL for (i32 v = 0; v < vectors; v++) y[v] = load(b + v * LANES);
    UNROLL for (i32 i = 0; i < rows; i++) {
      const vec x = splat(a[i * a_row]);
      UNROLL for (i32 v = 0; v < vectors; v++) sum[i][v] += x * y[v];
    }
  }
  const bool last = to == p->inner;
  UNROLL for (i32 i = 0; i < rows; i++) {
    const ptrdiff_t line = (ptrdiff_t)(r + i) * p->out.stride + c;
    UNROLL for (i32 v = 0; v < vectors; v++) {
      const ptrdiff_t place = line + v * LANES;
      store(p->out.at + place, last ? finished(p, sum[i][v], place) : sum[i][v]);
    }
  }
}

/* Whether the right factor exceeds the nearer caches, so that it comes from memory. */
INLINE bool is_far(const Product *p) { return (u64)p->inner * (u64)p->b.stride > 1 << 17; }

/* Fetches a part of a row into the cache; `vectors` of it. */
INLINE void fetch(const f32 *at, i32 vectors) {
  for (i32 i = 0; i < vectors * LANES; i += LINE / 4) __builtin_prefetch(at + i);
}

/* All rows of some columns. If the right factor is far, it fetches the next columns meanwhile. */
INLINE void panel(const i32 rows, const i32 vectors, const Product *p, i32 c, i32 from, i32 to) {
  const bool ahead = is_far(p) && c + vectors * LANES < p->columns;
  const i32 share = ahead ? ((to - from) * rows + p->rows - 1) / p->rows : 0;
  for (i32 r = 0, next = from; r < p->rows; r += rows) {
    for (const i32 end = least(to, next + share); next < end; next++) {
      fetch(row_of(p->b, next) + c + vectors * LANES, vectors);
    }
    block(rows, vectors, p, r, c, from, to);
  }
}

static void multiply(Kernel *k, const Product *product) {
  /* A copy to which nothing else refers: no store can change it, so its fields stay in registers. */
  const Product copy = *product, *p = &copy;
  for (i32 from = 0; from < p->inner || from == 0; from += DEPTH) {
    const i32 to = least(p->inner, from + DEPTH);
    for (i32 c = 0; c < p->columns;) {
      const i32 vectors = (p->columns - c + LANES - 1) / LANES;
      if (stopped(k, (u64)p->rows * (u64)(to - from) * (WIDE * LANES))) return;
      if (vectors >= WIDE) {
        panel(WIDE_ROWS, WIDE, p, c, from, to);
        c += WIDE * LANES;
      } else if (vectors >= 2) {
        panel(ROWS, 2, p, c, from, to);
        c += 2 * LANES;
      } else {
        panel(NARROW_ROWS, 1, p, c, from, to);
        c += LANES;
      }
    }
  }
}

#endif
