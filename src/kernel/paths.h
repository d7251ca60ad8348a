/*
 * Slopes along the paths on which one feature alone grows; see ../core/attribution/pathSums.ts, whose
 * operations these are, in the same order. On a path every neuron is piecewise linear: offset + alpha
 * times slope. Features are followed one by one: between two nodes the gates of one feature often do not
 * change, and then nothing has to be computed.
 */
#ifndef PATHS_H
#define PATHS_H

#include "responses.h"

/* Vectors of a block of sums: enough independent sums to hide the latency of additions. */
#define BLOCK 4

typedef struct {
  Hidden of;
  i32 width;       /* outputs, rounded up to blocks */
  Matrix columns;  /* [inputs, outputs]: the weights by inputs */
  f64 *biases;     /* [width] */
  f64 *offset;     /* [width] */
  f64 *slope;      /* [width] */
  int64_t *active; /* [width]: all bits set if a unit is active */
  f64 *sums;       /* [width] */
} Path;

/* Updates which units are active at a point of the path. @returns whether any has changed */
static bool switch_gates(Path *path, f64 alpha) {
  longs changed = {0};
  for (i32 i = 0; i < path->width; i += HALF) {
    const dvec value = dload(path->offset + i) + dsplat(alpha) * dload(path->slope + i);
    longs *at = (longs *)(path->active + i);
    /* NaN counts as active, so that it is propagated. */
    const longs now = ~(value <= dsplat(0));
    changed |= now ^ *at;
    *at = now;
  }
  return any((ints)changed);
}

/* Appends i, i + 1, ... where all bits are set, at most `left` of them, which is positive. @returns the new count */
INLINE i32 append_units(i32 *units, i32 count, longs which, i32 i, i32 left) {
#if LANES == 16
  const u32 mask = _mm512_movepi64_mask((__m512i)which) & ((1u << least(left, HALF)) - 1);
  const __m256i each = _mm256_add_epi32(_mm256_set1_epi32(i), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  _mm256_storeu_si256((__m256i_u *)(units + count), _mm256_maskz_compress_epi32((__mmask8)mask, each));
  return count + __builtin_popcount(mask);
#else
  UNROLL for (i32 l = 0; l < HALF; l++) {
    units[count] = i + l;
    count += which[l] != 0 && l < left;
  }
  return count;
#endif
}

/* Lists the units that pass their values on. @returns their number */
static i32 active_units(const Path *path, i32 *units) {
  i32 count = 0;
  for (i32 i = 0; i < path->of.outputs; i += HALF) {
    const longs active = path->of.relu ? *(const longs *)(path->active + i) : ~(longs){0};
    count = append_units(units, count, active, i, path->of.outputs - i);
  }
  return count;
}

/*
 * A layer's pieces: biases, and weights times the pieces of the active units before it.
 * @param offsets whether offsets are computed, and not slopes alone
 */
INLINE void derive(const bool offsets, const Path *before, Path *path, const i32 *units, i32 count) {
  const Path copy = *path;
  const f64 *offset = before->offset, *slope = before->slope;
  for (i32 o = 0; o < copy.width; o += BLOCK * HALF) {
    dvec offset_sum[BLOCK], slope_sum[BLOCK];
    UNROLL for (i32 v = 0; v < BLOCK; v++) {
      offset_sum[v] = dload(copy.biases + o + v * HALF);
      slope_sum[v] = dsplat(0);
    }
    for (i32 j = 0; j < count; j++) {
      const i32 unit = units[j];
      const f32 *row = row_of(copy.columns, unit) + o;
      const dvec of_offset = dsplat(offset[unit]), of_slope = dsplat(slope[unit]);
      UNROLL for (i32 v = 0; v < BLOCK; v++) {
        const dvec w = widen(row + v * HALF);
        if (offsets) offset_sum[v] += w * of_offset;
        slope_sum[v] += w * of_slope;
      }
    }
    UNROLL for (i32 v = 0; v < BLOCK; v++) {
      if (offsets) dstore(copy.offset + o + v * HALF, offset_sum[v]);
      dstore(copy.slope + o + v * HALF, slope_sum[v]);
    }
  }
}

static void add_slopes(Path *path, f64 weight, bool gated) {
  for (i32 i = 0; i < path->width; i += HALF) {
    dvec slope = dload(path->slope + i);
    if (gated) slope = dwhere(*(const longs *)(path->active + i), slope);
    dstore(path->sums + i, dload(path->sums + i) + dsplat(weight) * slope);
  }
}

/* The first layer's pieces: biases, and the weights of a feature. */
static void follow(Path *path, i32 feature) {
  for (i32 o = 0; o < path->of.outputs; o++) {
    path->offset[o] = path->biases[o];
    path->slope[o] = path->of.weights[(ptrdiff_t)o * path->of.inputs + feature];
  }
}

/* Visits the nodes of the quadrature for a feature, and stores the sums of its slopes. */
static void walk(Kernel *k, const Circuit *c, Path *paths, i32 feature, i32 *units, u64 work) {
  follow(&paths[0], feature);
  for (i32 l = 0; l < c->layers; l++) clear(paths[l].sums, 8 * (u64)paths[l].width);
  for (i32 j = 0; j < c->nodes; j++) {
    if (stopped(k, work)) return;
    bool changed = j == 0;
    for (i32 l = 0; l < c->layers; l++) {
      /* Nothing depends on the gates of the last layer, nor on its offsets, unless its slopes are gated. */
      const bool is_last = l == c->layers - 1, gates = paths[l].of.relu && (!is_last || c->rectified);
      if (changed && l > 0) {
        const i32 count = active_units(&paths[l - 1], units);
        if (gates || !is_last) derive(true, &paths[l - 1], &paths[l], units, count);
        else derive(false, &paths[l - 1], &paths[l], units, count);
      }
      if (gates) changed |= switch_gates(&paths[l], c->quadrature[2 * j]);
      if (l >= c->from) {
        add_slopes(&paths[l], c->quadrature[2 * j + 1], c->rectified && paths[l].of.relu);
      }
    }
  }
  f64 *out = c->out + feature;
  for (i32 l = c->from; l < c->layers; l++) {
    for (i32 o = 0; o < paths[l].of.outputs; o++, out += c->features) *out = paths[l].sums[o];
  }
}

/*
 * Sum over nodes of weight times slope, for all features and the neurons of the layers that are read.
 * @returns the bytes of scratch that it needs; with fewer it does nothing
 */
static u64 path_sums(Kernel *k, const Circuit *c, void *scratch, u64 bytes) {
  Arena arena = {scratch, 0};
  Path *paths = take(&arena, sizeof(Path) * (u64)c->layers);
  const i32 widest = widest_of(c);
  i32 *units = take(&arena, 4 * ((u64)widest + LANES));
  u64 work = 0;
  if (arena.next > bytes) return arena.next;
  Hidden layer = first_hidden(c);
  for (i32 l = 0; l < c->layers; l++) {
    const Hidden before = layer;
    if (l > 0) layer = next_hidden(c, &before, l);
    Path path = {.of = layer, .width = up_to(BLOCK * HALF, layer.outputs)};
    const u64 begin = arena.next;
    if (l > 0) path.columns = take_matrix(&arena, layer.inputs, path.width);
    path.biases = take(&arena, 8 * (u64)path.width);
    path.offset = take(&arena, 8 * (u64)path.width);
    path.slope = take(&arena, 8 * (u64)path.width);
    path.active = take(&arena, 8 * (u64)path.width);
    path.sums = take(&arena, 8 * (u64)path.width);
    paths[l] = path;
    if (arena.next > bytes) continue;
    clear_much(k, (char *)scratch + begin, arena.next - begin);
    if (k->is_stopped) return arena.next;
    for (i32 o = 0; o < layer.outputs; o++) path.biases[o] = layer.biases[o];
    if (l > 0) {
      turn(k, layer.weights, layer.outputs, layer.inputs, path.columns);
      work += 2 * (u64)layer.inputs * (u64)layer.outputs;
    }
  }
  if (arena.next > bytes) return arena.next;
  for (i32 f = 0; f < c->features && !k->is_stopped; f++) walk(k, c, paths, f, units, work);
  return arena.next;
}

#endif
