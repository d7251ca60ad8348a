/*
 * Products that leave out zeros of the left factor: vectors run along the rows that the nonzero elements
 * multiply. Every element is still one sum in the order of its index, and adding 0 changes no sum but -0,
 * which does not occur (see initial_of in product.h). So the bits are those of the dense product.
 */
#ifndef NONZERO_H
#define NONZERO_H

#include "product.h"
#include "terms.h"

/* Vectors of a block of sums. V8 loads all of them before it multiplies, so WebAssembly has registers for fewer. */
#if defined(__wasm__)
#define BROAD 7
#else
#define BROAD 8
#endif
/* Rows per depth: a panel of BROAD vectors then fits the first cache. */
#define FLAT (24 * 1024 / (BROAD * LANES * 4) / LANES * LANES)
/* With fewer columns there are too few independent sums, and reducing shorter rows costs more than it saves. */
#define NONZERO_COLUMNS (3 * LANES < 48 ? 48 : 3 * LANES)
#define NONZERO_INNER 64

INLINE bool worth_reducing(i32 inner, i32 columns) {
  return inner >= NONZERO_INNER && inner <= LONGEST && columns >= NONZERO_COLUMNS;
}

/* One row of sums over the terms of a depth. */
INLINE void strip(const i32 vectors, const Product *p, const Terms *terms, i32 r, i32 c, i32 depth, bool last) {
  vec sum[BROAD];
  f32 *out = row_of(p->out, r) + c;
  UNROLL for (i32 v = 0; v < vectors; v++) {
    sum[v] = depth == 0 ? initial_of(p, r, c + v * LANES) : load(out + v * LANES);
  }
  const f32 *b = p->b.at + c;
  const i32 end = terms->marks[depth + 1];
  for (i32 i = terms->marks[depth]; i < end; i++) {
    const vec x = splat(terms->values[i]);
    const f32 *y = b + terms->places[i];
    UNROLL for (i32 v = 0; v < vectors; v++) sum[v] += x * load(y + v * LANES);
  }
  const ptrdiff_t place = (ptrdiff_t)r * p->out.stride + c;
  UNROLL for (i32 v = 0; v < vectors; v++) {
    store(out + v * LANES, last ? finished(p, sum[v], place + v * LANES) : sum[v]);
  }
}

/* If the right factor is far, it fetches the next depth meanwhile. */
INLINE void strips(const i32 vectors, const Product *p, const Terms *terms, i32 from, i32 to, i32 c,
                   i32 depth, bool last) {
  i32 next = (depth + 1) * FLAT;
  const i32 end = is_far(p) ? least(p->inner, next + FLAT) : 0, share = (FLAT + to - from - 1) / (to - from);
  for (i32 r = from; r < to; r++) {
    for (i32 i = 0; i < share && next < end; i++, next++) fetch(row_of(p->b, next) + c, vectors);
    strip(vectors, p, terms + (r - from), r, c, depth, last);
  }
}

/* Some columns of the rows from..to, whose terms are given. */
static void strips_of(i32 vectors, const Product *product, const Terms *terms, i32 from, i32 to, i32 c,
                      i32 depth, bool last) {
  /* As in `multiply`. */
  const Product copy = *product, *p = &copy;
  switch (vectors) {
    case 1: return strips(1, p, terms, from, to, c, depth, last);
    case 2: return strips(2, p, terms, from, to, c, depth, last);
    case 3: return strips(3, p, terms, from, to, c, depth, last);
    case 4: return strips(4, p, terms, from, to, c, depth, last);
    case 5: return strips(5, p, terms, from, to, c, depth, last);
    case 6: return strips(6, p, terms, from, to, c, depth, last);
    case 7: return strips(7, p, terms, from, to, c, depth, last);
    default: return strips(BROAD, p, terms, from, to, c, depth, last);
  }
}

/* Number of vectors for the next block, so that all blocks have about the same width. */
INLINE i32 even_share(i32 vectors) {
  const i32 blocks = (vectors + BROAD - 1) / BROAD;
  return (vectors + blocks - 1) / blocks;
}

/* out = initial + a b, a read by rows. */
static void multiply_nonzero(Kernel *k, const Product *p, Terms *terms) {
  for (i32 from = 0; from < p->rows; from += LISTS) {
    const i32 to = least(p->rows, from + LISTS);
    for (i32 r = from; r < to; r++) {
      row_terms(terms + (r - from), p->a.at + (ptrdiff_t)r * p->a.row, p->inner, p->b.stride, FLAT);
    }
    i32 vectors = up_to(LANES, p->columns) / LANES;
    for (i32 c = 0; vectors > 0;) {
      const i32 share = even_share(vectors);
      for (i32 depth = 0; depth * FLAT < p->inner; depth++) {
        if (stopped(k, (u64)(to - from) * FLAT * (u64)(share * LANES))) return;
        strips_of(share, p, terms, from, to, c, depth, (depth + 1) * FLAT >= p->inner);
      }
      c += share * LANES;
      vectors -= share;
    }
  }
}

#endif
