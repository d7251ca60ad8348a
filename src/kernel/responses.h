/*
 * Values of hidden neurons for each feature alone and for none; see ../core/attribution/responses.ts,
 * whose operations these are, in the same order.
 */
#ifndef RESPONSES_H
#define RESPONSES_H

#include "product.h"
#include "records.h"

/* A network whose inputs are features, as a Reading describes it; everything lies within the memory. */
typedef struct {
  i32 layers, features, from;
  const u32 *widths, *relu;
  const f32 *parameters;
  bool rectified, from_baseline;
  const f64 *quadrature;
  i32 nodes;
  f64 *out;
} Circuit;

/* A hidden layer: weights [outputs, inputs], packed, then biases. */
typedef struct {
  i32 inputs, outputs;
  bool relu;
  const f32 *weights, *biases;
} Hidden;

INLINE Hidden first_hidden(const Circuit *c) {
  const i32 inputs = (i32)c->widths[0], outputs = (i32)c->widths[1];
  return (Hidden){inputs, outputs, c->relu[0] != 0, c->parameters,
                  c->parameters + (ptrdiff_t)inputs * outputs};
}

INLINE Hidden next_hidden(const Circuit *c, const Hidden *before, i32 l) {
  const i32 inputs = before->outputs, outputs = (i32)c->widths[l + 1];
  const f32 *weights = before->biases + inputs;
  return (Hidden){inputs, outputs, c->relu[l] != 0, weights, weights + (ptrdiff_t)inputs * outputs};
}

/* Whether all weights are finite. Otherwise 0 times a weight is NaN, and zeros must not be left out. */
static bool has_finite_weights(const Hidden *layer) {
  const ptrdiff_t count = (ptrdiff_t)layer->inputs * layer->outputs;
  vec nothing = splat(0);
  f32 rest = 0;
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) nothing += load(layer->weights + i) * splat(0);
  for (; i < count; i++) rest += layer->weights[i] * 0;
  return !any(nothing != splat(0)) && rest == 0;
}

/* Vectors of features that are processed together. */
#define SEEN 2

/* Sums for four neurons and SEEN vectors of features, over the units that any of these features activates. */
static void respond_active4(const f32 *w, i32 inputs, const f32 *lit, const i32 *units, i32 count,
                          const f32 *biases, f32 *out, i32 stride) {
  vec sum[ROWS][SEEN];
  UNROLL for (i32 i = 0; i < ROWS; i++) {
    UNROLL for (i32 v = 0; v < SEEN; v++) sum[i][v] = splat(biases[i]) + splat(0);
  }
  for (i32 j = 0; j < count; j++, lit += SEEN * LANES) {
    const f32 *at = w + units[j];
    const vec y0 = load(lit), y1 = load(lit + LANES);
    UNROLL for (i32 i = 0; i < ROWS; i++) {
      const vec x = splat(at[(ptrdiff_t)i * inputs]);
      sum[i][0] += x * y0;
      sum[i][1] += x * y1;
    }
  }
  UNROLL for (i32 i = 0; i < ROWS; i++) {
    UNROLL for (i32 v = 0; v < SEEN; v++) store(out + (ptrdiff_t)i * stride + v * LANES, sum[i][v]);
  }
}

/* A layer after a ReLU. It skips units that are 0 for all features of a block: different features mostly activate the same units. */
static void respond_active(Kernel *k, const Hidden *layer, Matrix x, Matrix out, i32 columns, f32 *lit, i32 *units) {
  for (i32 c = 0; c < columns; c += SEEN * LANES) {
    if (stopped(k, (u64)layer->inputs * (u64)layer->outputs * (SEEN * LANES))) return;
    /* The last block may overlap the one before. */
    const i32 from = least(c, columns - SEEN * LANES);
    i32 count = 0;
    for (i32 i = 0; i < layer->inputs; i++) {
      const f32 *row = row_of(x, i) + from;
      const vec x0 = rectified(load(row)), x1 = rectified(load(row + LANES));
      store(lit + (ptrdiff_t)count * SEEN * LANES, x0);
      store(lit + (ptrdiff_t)count * SEEN * LANES + LANES, x1);
      units[count] = i;
      count += any((x0 != splat(0)) | (x1 != splat(0)));
    }
    for (i32 r = 0; r < layer->outputs; r += ROWS) {
      respond_active4(layer->weights + (ptrdiff_t)r * layer->inputs, layer->inputs, lit, units, count,
                    layer->biases + r, row_of(out, r) + from, out.stride);
    }
  }
}

/* The first layer: biases and weights; in the last column, biases alone. */
static void respond_first(const Hidden *layer, Matrix out) {
  const i32 features = layer->inputs;
  for (i32 o = 0; o < layer->outputs; o++) {
    const f32 *weights = layer->weights + (ptrdiff_t)o * features;
    f32 *row = row_of(out, o);
    for (i32 f = 0; f < features; f++) row[f] = layer->biases[o] + weights[f];
    for (i32 f = features; f < up_to(LANES, features + 1); f++) row[f] = layer->biases[o] + 0;
  }
}

static void respond(Kernel *k, const Hidden *before, const Hidden *layer, Matrix x, Matrix out, i32 columns,
                    f32 *scratch, i32 *units) {
  if (before->relu && columns >= SEEN * LANES && has_finite_weights(layer)) {
    respond_active(k, layer, x, out, columns, scratch, units);
    return;
  }
  Matrix y = x;
  if (before->relu) {
    y.at = scratch;
    for (i32 i = 0; i < layer->inputs; i++) {
      for (i32 c = 0; c < columns; c += LANES) store(row_of(y, i) + c, rectified(load(row_of(x, i) + c)));
    }
  }
  const Product product = {
    .a = {layer->weights, layer->inputs, 1},
    .b = y,
    .out = out,
    .rows = layer->outputs,
    .inner = layer->inputs,
    .columns = columns,
    .initial = layer->biases,
    .initial_of_rows = true,
  };
  multiply(k, &product);
}

/* Stores a layer's responses as float64 [outputs, features]. @returns the place for the next layer */
static f64 *read_responses(const Circuit *c, const Hidden *layer, Matrix x, f64 *out) {
  const bool gated = c->rectified && layer->relu;
  for (i32 o = 0; o < layer->outputs; o++, out += c->features) {
    const f32 *row = row_of(x, o);
    f64 baseline = 0;
    if (c->from_baseline) baseline = gated && row[c->features] < 0 ? 0 : row[c->features];
    for (i32 f = 0; f < c->features; f++) out[f] = (gated && row[f] < 0 ? 0 : row[f]) - baseline;
  }
  return out;
}

INLINE i32 widest_of(const Circuit *c) {
  i32 widest = 1;
  for (i32 l = 0; l < c->layers; l++) {
    if (widest < (i32)c->widths[l + 1]) widest = (i32)c->widths[l + 1];
  }
  return widest;
}

/* Computes all responses. @returns the bytes of scratch that it needs; with fewer it does nothing */
static u64 responses(Kernel *k, const Circuit *c, void *scratch, u64 bytes) {
  const i32 columns = up_to(LANES, c->features + 1), widest = widest_of(c);
  Arena arena = {scratch, 0};
  Matrix x = take_matrix(&arena, widest, columns), y = take_matrix(&arena, widest, columns);
  const i32 row = x.stride < SEEN * LANES ? SEEN * LANES : x.stride;
  f32 *lit = take(&arena, 4 * ((u64)widest + 1) * (u64)row);
  i32 *units = take(&arena, 4 * ((u64)widest + 1));
  if (arena.next > bytes) return arena.next;
  f64 *out = c->out;
  Hidden layer = first_hidden(c);
  respond_first(&layer, x);
  if (c->from == 0) out = read_responses(c, &layer, x, out);
  for (i32 l = 1; l < c->layers && !k->is_stopped; l++) {
    const Hidden before = layer;
    layer = next_hidden(c, &before, l);
    respond(k, &before, &layer, x, y, columns, lit, units);
    if (l >= c->from) out = read_responses(c, &layer, y, out);
    const Matrix other = x;
    x = y;
    y = other;
  }
  return arena.next;
}

#endif
