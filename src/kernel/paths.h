/*
 * Slopes along the paths on which one feature alone grows; see ../core/attribution/pathSums.ts, whose
 * operations these are, in the same order. On a path every neuron is piecewise linear: offset + alpha
 * times slope. Several features are processed together, so that weights are loaded once for all of them. A
 * unit that is inactive for one of them counts as 0 there, which changes no sum if all weights are finite.
 */
#ifndef PATHS_H
#define PATHS_H

#include "responses.h"

/* Features per walk, and vectors of a block of sums: as many as fit the registers. */
#define ABREAST 2
#if LANES == 16
#define BLOCK 4
#else
#define BLOCK 2
#endif

typedef struct {
  Hidden of;
  i32 width;       /* outputs, rounded up to blocks */
  Matrix columns;  /* [inputs, outputs]: the weights by inputs */
  f64 *biases;     /* [width] */
  f64 *pieces;     /* [ABREAST, 2, width]: offsets and slopes */
  int64_t *active; /* [ABREAST, width]: all bits set if a unit is active */
  f64 *sums;       /* [ABREAST, width] */
} Path;

/* Transposes packed rows. */
static void turn(const f32 *x, i32 rows, i32 columns, Matrix out) {
  const i32 whole = columns / LANES * LANES;
  for (i32 r = 0; r < rows; r += LANES) {
    const f32 *from = x + (ptrdiff_t)r * columns;
    const bool full = r + LANES <= rows;
    if (full) transpose(from, columns, out.at + r, out.stride, whole);
    for (i32 i = r; i < least(rows, r + LANES); i++, from += columns) {
      for (i32 c = full ? whole : 0; c < columns; c++) row_of(out, c)[i] = from[c];
    }
  }
}

/* The two pieces of a feature. */
enum { OFFSET, SLOPE };

INLINE f64 *piece_of(const Path *path, i32 g, i32 which) {
  return path->pieces + (ptrdiff_t)(2 * g + which) * path->width;
}

/* Updates which units are active at a point of the path. @returns whether any has changed */
INLINE bool switch_gates(const i32 abreast, Path *path, f64 alpha) {
  longs changed = {0};
  for (i32 g = 0; g < abreast; g++) {
    const f64 *offset = piece_of(path, g, OFFSET), *slope = piece_of(path, g, SLOPE);
    int64_t *active = path->active + (ptrdiff_t)g * path->width;
    for (i32 i = 0; i < path->width; i += HALF) {
      const dvec value = dload(offset + i) + dsplat(alpha) * dload(slope + i);
      longs *at = (longs *)(active + i);
      /* NaN counts as active, so that it is propagated. */
      const longs now = ~(value <= dsplat(0));
      changed |= now ^ *at;
      *at = now;
    }
  }
  return any((ints)changed);
}

/* Appends i, i + 1, ... where all bits are set, at most `left` of them. @returns the new count */
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

/*
 * Lists the units that are active for any of the features, and copies the pieces of the layer, with 0 where a
 * unit is inactive.
 */
INLINE i32 active_units(const i32 abreast, const Path *path, i32 *units, f64 *pieces) {
  i32 count = 0;
  for (i32 i = 0; i < path->width; i += HALF) {
    longs any_active = {0};
    UNROLL for (i32 g = 0; g < abreast; g++) {
      longs active = ~(longs){0};
      if (path->of.relu) active = *(const longs *)(path->active + (ptrdiff_t)g * path->width + i);
      any_active |= active;
      UNROLL for (i32 which = OFFSET; which <= SLOPE; which++) {
        f64 *to = pieces + (ptrdiff_t)(2 * g + which) * path->width + i;
        dstore(to, dwhere(active, dload(piece_of(path, g, which) + i)));
      }
    }
    count = append_units(units, count, any_active, i, path->of.outputs - i);
  }
  return count;
}

/*
 * A layer's pieces: biases, and weights times the pieces of the active units before it.
 * @param first OFFSET for offsets and slopes, SLOPE for slopes alone
 */
INLINE void derive(const i32 abreast, const i32 first, const Path *before, Path *path, i32 *units, f64 *pieces) {
  const i32 count = active_units(abreast, before, units, pieces);
  for (i32 o = 0; o < path->width; o += BLOCK * HALF) {
    dvec sum[2 * ABREAST][BLOCK];
    UNROLL for (i32 v = 0; v < BLOCK; v++) {
      UNROLL for (i32 g = 0; g < abreast; g++) {
        sum[2 * g + OFFSET][v] = dload(path->biases + o + v * HALF);
        sum[2 * g + SLOPE][v] = dsplat(0);
      }
    }
    for (i32 j = 0; j < count; j++) {
      const f32 *row = row_of(path->columns, units[j]) + o;
      const f64 *x = pieces + units[j];
      dvec w[BLOCK];
      UNROLL for (i32 v = 0; v < BLOCK; v++) w[v] = widen(row + v * HALF);
      UNROLL for (i32 g = first; g < 2 * abreast; g += 1 + first) {
        const dvec piece = dsplat(x[(ptrdiff_t)g * before->width]);
        UNROLL for (i32 v = 0; v < BLOCK; v++) sum[g][v] += w[v] * piece;
      }
    }
    UNROLL for (i32 g = first; g < 2 * abreast; g += 1 + first) {
      UNROLL for (i32 v = 0; v < BLOCK; v++) dstore(path->pieces + (ptrdiff_t)g * path->width + o + v * HALF, sum[g][v]);
    }
  }
}

INLINE void add_slopes(const i32 abreast, Path *path, f64 weight, bool gated) {
  for (i32 g = 0; g < abreast; g++) {
    const f64 *slopes = piece_of(path, g, SLOPE);
    const int64_t *active = path->active + (ptrdiff_t)g * path->width;
    f64 *sums = path->sums + (ptrdiff_t)g * path->width;
    for (i32 i = 0; i < path->width; i += HALF) {
      dvec slope = dload(slopes + i);
      if (gated) slope = dwhere(*(const longs *)(active + i), slope);
      dstore(sums + i, dload(sums + i) + dsplat(weight) * slope);
    }
  }
}

/* The first layer's pieces: biases, and the weights of each feature. */
INLINE void follow(const i32 abreast, Path *path, i32 feature) {
  for (i32 g = 0; g < abreast; g++) {
    f64 *offset = piece_of(path, g, OFFSET), *slope = piece_of(path, g, SLOPE);
    for (i32 o = 0; o < path->of.outputs; o++) {
      offset[o] = path->biases[o];
      slope[o] = path->of.weights[(ptrdiff_t)o * path->of.inputs + feature + g];
    }
  }
}

/* Visits the nodes of the quadrature for some features, and stores the sums of their slopes. */
INLINE void walk(const i32 abreast, Kernel *k, const Circuit *c, Path *paths, i32 feature, i32 *units, f64 *pieces, u64 work) {
  follow(abreast, &paths[0], feature);
  for (i32 l = 0; l < c->layers; l++) clear(paths[l].sums, 8 * ABREAST * (u64)paths[l].width);
  for (i32 j = 0; j < c->nodes; j++) {
    if (stopped(k, (u64)abreast * work)) return;
    bool changed = j == 0;
    for (i32 l = 0; l < c->layers; l++) {
      /* Nothing depends on the gates of the last layer, nor on its offsets, unless its slopes are gated. */
      const bool gates = paths[l].of.relu && (l < c->layers - 1 || c->rectified);
      if (changed && l > 0) {
        if (gates || l < c->layers - 1) derive(abreast, OFFSET, &paths[l - 1], &paths[l], units, pieces);
        else derive(abreast, SLOPE, &paths[l - 1], &paths[l], units, pieces);
      }
      if (gates) changed |= switch_gates(abreast, &paths[l], c->quadrature[2 * j]);
      if (l >= c->from) {
        add_slopes(abreast, &paths[l], c->quadrature[2 * j + 1], c->rectified && paths[l].of.relu);
      }
    }
  }
  f64 *out = c->out + feature;
  for (i32 l = c->from; l < c->layers; l++) {
    for (i32 o = 0; o < paths[l].of.outputs; o++, out += c->features) {
      for (i32 g = 0; g < abreast; g++) out[g] = paths[l].sums[(ptrdiff_t)g * paths[l].width + o];
    }
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
  f64 *pieces = take(&arena, 8 * 2 * ABREAST * (u64)up_to(BLOCK * HALF, widest));
  bool finite = true;
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
    path.pieces = take(&arena, 8 * 2 * ABREAST * (u64)path.width);
    path.active = take(&arena, 8 * ABREAST * (u64)path.width);
    path.sums = take(&arena, 8 * ABREAST * (u64)path.width);
    paths[l] = path;
    if (arena.next > bytes) continue;
    clear((char *)scratch + begin, arena.next - begin);
    for (i32 o = 0; o < layer.outputs; o++) path.biases[o] = layer.biases[o];
    if (l > 0) {
      turn(layer.weights, layer.outputs, layer.inputs, path.columns);
      finite = finite && has_finite_weights(&layer);
      work += 2 * (u64)layer.inputs * (u64)layer.outputs;
    }
  }
  if (arena.next > bytes) return arena.next;
  i32 f = 0;
  for (; finite && f + ABREAST <= c->features && !k->is_stopped; f += ABREAST) {
    walk(ABREAST, k, c, paths, f, units, pieces, work);
  }
  for (; f < c->features && !k->is_stopped; f++) walk(1, k, c, paths, f, units, pieces, work);
  return arena.next;
}

#endif
