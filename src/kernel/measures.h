/*
 * Statistics of the rows and columns of an attribution matrix, in float64; see ../core/measures/arithmetic.ts,
 * whose operations these are, in the same order.
 */
#ifndef MEASURES_H
#define MEASURES_H

#include "records.h"

INLINE dvec dmin(dvec a, dvec b) {
#if defined(__wasm_simd128__)
  return (dvec)wasm_f64x2_pmin((v128_t)a, (v128_t)b);
#elif defined(__AVX512F__)
  return (dvec)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
  return (dvec)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE4_1__)
  return (dvec)_mm_min_pd((__m128d)a, (__m128d)b);
#else
  return (dvec)vminq_f64((float64x2_t)a, (float64x2_t)b);
#endif
}

INLINE dvec dmax(dvec a, dvec b) {
#if defined(__wasm_simd128__)
  return (dvec)wasm_f64x2_pmax((v128_t)a, (v128_t)b);
#elif defined(__AVX512F__)
  return (dvec)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
  return (dvec)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE4_1__)
  return (dvec)_mm_max_pd((__m128d)a, (__m128d)b);
#else
  return (dvec)vmaxq_f64((float64x2_t)a, (float64x2_t)b);
#endif
}

/* Natural logarithm of numbers in (0, 1], as `ln` in ../core/numeric/elementary.ts. */
INLINE dvec dln(dvec x) {
  const longs subnormal = x < dsplat(2.2250738585072014e-308);
  x = dchoose(subnormal, x * dsplat(0x1p54), x);
  const longs biased = ((longs)x + ((int64_t)(0x3ff00000 - 0x3fe6a09e) << 32)) >> 52;
  const dvec power = (dvec)((2046 - biased) << 52);
  /* The integer as float64: in the last bits of 2^52 plus it. */
  const dvec whole = (dvec)(biased | 0x4330000000000000) - dsplat(0x1p52);
  const dvec exponent = whole - dsplat(1023) - dwhere(subnormal, dsplat(54));
  const dvec f = x * power - dsplat(1);
  const dvec s = f / (dsplat(2) + f);
  const dvec z = s * s, z2 = z * z;
  const dvec odd =
    0.6666666666666734 + z2 * (0.2857142874238801 + z2 * (0.18183564327007024 + z2 * 0.14795949746504108));
  const dvec even = 0.39999999999414676 + z2 * (0.22222198573157717 + z2 * 0.15314050539471846);
  const dvec r = z * odd + z2 * even;
  const dvec half = 0.5 * f * f;
  return exponent * 6.9314718036912381649e-1 -
         (half - (s * (half + r) + exponent * 1.90821492927058770002e-10) - f);
}

/* Sorts each lane ascending: Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2 M). */
static void sort_lanes(f64 *x, i32 count) {
  i32 top = 1;
  while (top < count) top *= 2;
  for (i32 p = top / 2; p > 0; p /= 2) {
    for (i32 q = top / 2, from = 0, distance = p;; distance = q - p, q /= 2, from = p) {
      for (i32 start = from; start < count - distance; start += 2 * p) {
        const i32 end = least(start + p, count - distance);
        f64 *low = x + (ptrdiff_t)start * HALF, *high = low + (ptrdiff_t)distance * HALF;
        for (i32 i = start; i < end; i++, low += HALF, high += HALF) {
          const dvec a = dload(low), b = dload(high);
          dstore(low, dmin(a, b));
          dstore(high, dmax(a, b));
        }
      }
      if (q == p) break;
    }
  }
}

/* The statistics of a block of rows, which are its lanes: x [features, HALF]. It sorts x. */
static void measure_lanes(f64 *x, i32 features, f64 *logs, f64 *ginis) {
  dvec log_sum = dsplat(0), sum = dsplat(0), weighted = dsplat(0);
  for (i32 f = 0; f < features; f++) {
    const dvec a = dload(x + (ptrdiff_t)f * HALF);
    const longs inside = (a > dsplat(0)) & (a < dsplat(1));
    log_sum -= dwhere(inside, a * dln(dchoose(inside, a, dsplat(1))));
  }
  sort_lanes(x, features);
  for (i32 f = 0; f < features; f++) {
    const dvec a = dload(x + (ptrdiff_t)f * HALF);
    sum += a;
    weighted += dsplat((f64)(2 * f + 1 - features)) * a;
  }
  dstore(logs, log_sum);
  dstore(ginis, weighted / (dsplat((f64)features) * sum));
}

/* Computes the statistics of rows. @returns the bytes of scratch that it needs; with fewer it does nothing */
static u64 row_statistics(Kernel *k, i32 rows, i32 features, const f64 *scaled, f64 *logs, f64 *ginis,
                          void *scratch, u64 bytes) {
  Arena arena = {scratch, 0};
  f64 *x = take(&arena, 8 * HALF * (u64)features);
  if (arena.next > bytes) return arena.next;
  for (i32 r = 0; r < rows; r += HALF) {
    /* Comparisons of a sort, and about 32 operations for each logarithm. */
    if (stopped(k, 64 * (u64)features * HALF)) break;
    const i32 count = least(HALF, rows - r);
    f64 of_lanes[2][HALF];
    if (count < HALF) clear(x, 8 * HALF * (u64)features);
    for (i32 l = 0; l < count; l++) {
      const f64 *row = scaled + (ptrdiff_t)(r + l) * features;
      for (i32 f = 0; f < features; f++) x[(ptrdiff_t)f * HALF + l] = row[f];
    }
    measure_lanes(x, features, of_lanes[0], of_lanes[1]);
    for (i32 l = 0; l < count; l++) logs[r + l] = of_lanes[0][l], ginis[r + l] = of_lanes[1][l];
  }
  return arena.next;
}

/* Columns of a block of the Gram matrix, and its vectors. */
#define GRAM_COLUMNS 4
#if LANES == 16
#define GRAM_VECTORS 4
#else
#define GRAM_VECTORS 2
#endif

/* Products of GRAM_COLUMNS columns from i with those from j on, over the rows of x. */
INLINE void gram_block(const f64 *x, i32 rows, i32 stride, i32 i, i32 j, f64 *out) {
  dvec sum[GRAM_COLUMNS][GRAM_VECTORS];
  UNROLL for (i32 c = 0; c < GRAM_COLUMNS; c++) {
    UNROLL for (i32 v = 0; v < GRAM_VECTORS; v++) sum[c][v] = dsplat(0);
  }
  for (i32 r = 0; r < rows; r++, x += stride) {
    dvec y[GRAM_VECTORS];
    UNROLL for (i32 v = 0; v < GRAM_VECTORS; v++) y[v] = dload(x + j + v * HALF);
    UNROLL for (i32 c = 0; c < GRAM_COLUMNS; c++) {
      const dvec a = dsplat(x[i + c]);
      UNROLL for (i32 v = 0; v < GRAM_VECTORS; v++) sum[c][v] += a * y[v];
    }
  }
  UNROLL for (i32 c = 0; c < GRAM_COLUMNS; c++) {
    f64 *to = out + (ptrdiff_t)(i + c) * stride + j;
    UNROLL for (i32 v = 0; v < GRAM_VECTORS; v++) dstore(to + v * HALF, sum[c][v]);
  }
}

/* Numbers from one row of a Gram matrix to the next: the same for all widths of vectors, for the host. */
INLINE i32 gram_stride(i32 features) { return up_to(32, features); }

/*
 * Gram matrices of the columns divided by their peaks, one for each layer of rows: out [layers, stride, stride],
 * on and above the diagonal. A column without a peak is 0.
 * @param ends index after the last row of each layer
 * @returns the bytes of scratch that it needs; with fewer it does nothing
 */
static u64 grams(Kernel *k, i32 features, i32 layers, const u32 *ends, const f64 *values, const f64 *peaks,
                 f64 *out, void *scratch, u64 bytes) {
  const i32 stride = gram_stride(features), rows = layers > 0 ? (i32)ends[layers - 1] : 0;
  const i32 padded = up_to(GRAM_VECTORS * HALF, features), columns = up_to(GRAM_COLUMNS, features);
  Arena arena = {scratch, 0};
  f64 *x = take(&arena, 8 * (u64)stride * ((u64)rows + 1));
  if (arena.next > bytes) return arena.next;
  f64 *at = x;
  for (i32 r = 0; r < rows; r++, at += stride, values += features) {
    if (stopped(k, 8 * (u64)stride)) return arena.next;
    for (i32 f = 0; f < features; f++) at[f] = peaks[f] == 0 ? 0 : values[f] / peaks[f];
    for (i32 f = features; f < stride; f++) at[f] = 0;
  }
  for (i32 l = 0, start = 0; l < layers; start = (i32)ends[l], l++, out += (ptrdiff_t)stride * stride) {
    const i32 count = (i32)ends[l] - start;
    for (i32 j = 0; j < padded; j += GRAM_VECTORS * HALF) {
      for (i32 i = 0; i < least(columns, j + GRAM_VECTORS * HALF); i += GRAM_COLUMNS) {
        if (stopped(k, (u64)count * GRAM_COLUMNS * GRAM_VECTORS * HALF)) return arena.next;
        gram_block(x + (ptrdiff_t)start * stride, count, stride, i, j, out);
      }
    }
  }
  return arena.next;
}

#endif
