/*
 * The inner program of the inversion: the features that seeds give, gradients, Adam. It does the
 * operations of ../core/data/inversionBlock.ts in the same order, in float64 as there: vectors run over
 * samples, which never meet. A tile of samples goes through all its steps before the next, so that what
 * its loops read stays in the first caches. Arrays are feature-major, [rows, TILE].
 */
#ifndef INVERSION_H
#define INVERSION_H

#include "records.h"

/*
 * Six sums side by side: V8 loads all vectors of an iteration before it multiplies, and with eight they
 * would no longer fit the registers.
 */
#define SIX 6
#define TILE (SIX * HALF)

/* Weights that are not 0, row by row, and the rows of what comes in that they are multiplied with. */
typedef struct {
  const u32 *starts, *columns;
  const f64 *entries;
} Sparse;

/* A hidden layer: its weights, those transposed, and what it hands on and hands down. */
typedef struct {
  i32 rows;
  bool relu;
  const f64 *biases;
  Sparse straight, back;
  f64 *values, *deltas;
} FeatureLayer;

typedef struct {
  f64 scale, mean_rate, keep, square_rate, epsilon;
} Constants;

/* An Inversion, everything of which lies within the memory. */
typedef struct {
  const Kernel *kernel;
  const SparseLayer *records;
  i32 layers, inputs, tiles, steps;
  const Constants *constants;
  f64 *state, *row;
  i32 state_length;
  const f64 *factors;
} Search;

INLINE FeatureLayer feature_layer(const Search *s, i32 l) {
  const SparseLayer *at = &s->records[l];
#define AT(of) ((void *)((uintptr_t)s->kernel->memory + (of)))
  return (FeatureLayer){
    .rows = (i32)at->rows,
    .relu = at->relu != 0,
    .biases = AT(at->biases),
    .straight = {AT(at->starts), AT(at->columns), AT(at->entries)},
    .back = {AT(at->back_starts), AT(at->back_columns), AT(at->back_entries)},
    .values = AT(at->values),
    .deltas = AT(at->deltas),
  };
#undef AT
}

/* out[s] = initial + sum over the entries of a row of entry times x[column, s], in their order */
INLINE void sum_row(Sparse sparse, i32 row, const f64 *x, f64 initial, f64 *out) {
  dvec sum[SIX];
  UNROLL for (i32 v = 0; v < SIX; v++) sum[v] = dsplat(initial);
  for (u32 i = sparse.starts[row]; i < sparse.starts[row + 1]; i++) {
    const dvec entry = dsplat(sparse.entries[i]);
    const f64 *at = x + (ptrdiff_t)sparse.columns[i] * TILE;
    UNROLL for (i32 v = 0; v < SIX; v++) sum[v] += entry * dload(at + v * HALF);
  }
  UNROLL for (i32 v = 0; v < SIX; v++) dstore(out + v * HALF, sum[v]);
}

/* What the layer hands on, and 2 / F (feature - wanted) into its deltas. */
static void features_of(const FeatureLayer *layer, const f64 *x, const f64 *wanted, const Constants *by) {
  f64 *out = layer->values, *delta = layer->deltas;
  for (i32 r = 0; r < layer->rows; r++, out += TILE, delta += TILE, wanted += TILE) {
    sum_row(layer->straight, r, x, layer->biases[r], out);
    UNROLL for (i32 s = 0; s < TILE; s += HALF) {
      const dvec feature = dload(out + s);
      dstore(delta + s, dsplat(by->scale) * (feature - dload(wanted + s)));
      if (layer->relu) dstore(out + s, dabove_zero(feature));
    }
  }
}

/* Adds what a layer hands down to the deltas of the layer below, where its gates are open. */
static void deltas_of(const FeatureLayer *layer, const FeatureLayer *below, f64 *row) {
  const f64 *value = below->values;
  f64 *delta = below->deltas;
  for (i32 r = 0; r < below->rows; r++, value += TILE, delta += TILE) {
    sum_row(layer->back, r, layer->deltas, 0, row);
    UNROLL for (i32 s = 0; s < TILE; s += HALF) {
      const dvec own = dload(delta + s), sum = own + dload(row + s);
      /* What is handed on is positive exactly where the feature is. */
      const longs open = (longs)(dload(value + s) > dsplat(0));
      dstore(delta + s, below->relu ? dchoose(open, sum, own) : sum);
    }
  }
}

/* One step of Adam on the seeds, along the gradients that the first layer hands down. */
static void move_seeds(const Search *search, f64 *seeds, const f64 *factors) {
  const FeatureLayer layer = feature_layer(search, 0);
  const Constants *by = search->constants;
  const dvec rate = dsplat(factors[0]), divisor = dsplat(factors[1]);
  const ptrdiff_t plane = (ptrdiff_t)search->inputs * TILE;
  for (i32 i = 0; i < search->inputs; i++, seeds += TILE) {
    sum_row(layer.back, i, layer.deltas, 0, search->row);
    UNROLL for (i32 s = 0; s < TILE; s += HALF) {
      f64 *seed = seeds + s, *mean = seed + plane, *square = mean + plane;
      const dvec g = dload(search->row + s), old = dload(mean);
      const dvec m = old + (g - old) * dsplat(by->mean_rate);
      const dvec v = dload(square) * dsplat(by->keep) + dsplat(by->square_rate) * g * g;
      dstore(mean, m);
      dstore(square, v);
      const dvec denominator = droot(v) / divisor + dsplat(by->epsilon);
      dstore(seed, dload(seed) + rate * m / denominator);
    }
  }
}

/* Moves the seeds of all tiles by the steps whose factors are given. */
static void invert(Kernel *k, const Search *search) {
  u64 work = 0;
  for (i32 l = 0; l < search->layers; l++) {
    const FeatureLayer layer = feature_layer(search, l);
    work += 2 * TILE * (u64)layer.straight.starts[layer.rows];
  }
  for (i32 tile = 0; tile < search->tiles; tile++) {
    f64 *seeds = search->state + (ptrdiff_t)tile * search->state_length;
    for (i32 s = 0; s < search->steps; s++) {
      if (stopped(k, work)) return;
      const f64 *x = seeds, *wanted = seeds + 3 * (ptrdiff_t)search->inputs * TILE;
      for (i32 l = 0; l < search->layers; l++) {
        const FeatureLayer layer = feature_layer(search, l);
        features_of(&layer, x, wanted, search->constants);
        x = layer.values;
        wanted += (ptrdiff_t)layer.rows * TILE;
      }
      for (i32 l = search->layers - 1; l > 0; l--) {
        const FeatureLayer layer = feature_layer(search, l), below = feature_layer(search, l - 1);
        deltas_of(&layer, &below, search->row);
      }
      move_seeds(search, seeds, search->factors + 2 * (ptrdiff_t)s);
    }
  }
}

#endif
