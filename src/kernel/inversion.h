/*
 * The inner loop of the inversion: features of the seeds, gradients, Adam. It does the operations of
 * ../core/data/inversionBlock.ts in the same order and in float64. Vectors run over samples, which are
 * independent. A tile of samples does all its steps before the next tile, so that its data stays in the
 * first caches. Arrays are feature-major, [rows, TILE].
 */
#ifndef INVERSION_H
#define INVERSION_H

#include "records.h"

/*
 * Six sums at a time. V8 loads all vectors of an iteration before it multiplies, and eight would not fit
 * the registers.
 */
#define SIX 6
#define TILE (SIX * HALF)

/* Nonzero weights row by row, and the rows of the input that they multiply. */
typedef struct {
  const u32 *starts, *columns;
  const f64 *entries;
} Sparse;

/* A hidden layer: its weights and their transpose, its outputs, and its deltas. */
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

/* An Inversion whose references all lie within the memory. */
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

/* Computes the outputs of a layer, and 2 / F (feature - wanted) as its deltas. */
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

/* Adds the propagated deltas of a layer to those of the layer below, for units that are active. */
static void deltas_of(const FeatureLayer *layer, const FeatureLayer *below, f64 *row) {
  const f64 *value = below->values;
  f64 *delta = below->deltas;
  for (i32 r = 0; r < below->rows; r++, value += TILE, delta += TILE) {
    sum_row(layer->back, r, layer->deltas, 0, row);
    UNROLL for (i32 s = 0; s < TILE; s += HALF) {
      const dvec own = dload(delta + s), sum = own + dload(row + s);
      /* The output is positive exactly if the feature is. */
      const longs active = (longs)(dload(value + s) > dsplat(0));
      dstore(delta + s, below->relu ? dchoose(active, sum, own) : sum);
    }
  }
}

/* One step of Adam on the seeds, with the gradients from the first layer. */
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

/* Does the given steps on the seeds of all tiles. */
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
