/*
 * Vectors of the machine: LANES float32 numbers, or HALF as many float64 numbers. Lanes never meet, each
 * does what a scalar program does, so every width gives the same bits. Products are rounded before they
 * are added: the compiler is told not to fuse the two (-ffp-contract=off).
 */
#ifndef VECTOR_H
#define VECTOR_H

#include "kernel.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#define VARIANT "wasm"
#define LANES 4
#elif defined(__AVX512F__)
#include <immintrin.h>
#define VARIANT "avx512"
#define LANES 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define VARIANT "avx2"
#define LANES 8
#elif defined(__SSE4_1__)
#include <smmintrin.h>
#define VARIANT "sse4"
#define LANES 4
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#define VARIANT "neon"
#define LANES 4
#endif
#define HALF (LANES / 2)

/* Loads and stores may be at any float, so the alignment is that of one lane. */
typedef f32 vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef i32 ints __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef f64 dvec __attribute__((vector_size(4 * LANES), aligned(8), may_alias));
typedef int64_t longs __attribute__((vector_size(4 * LANES), aligned(8), may_alias));
/* Half a vector of float32, as many as a dvec has lanes. */
typedef f32 half_vec __attribute__((vector_size(2 * LANES), aligned(4), may_alias));
/* Four lanes on every machine, for the four generators of dropout. */
typedef f32 vec4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef u32 uint4 __attribute__((vector_size(16), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
/* Loops over the sums of a block must be unrolled, or the sums do not stay in registers. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

INLINE vec load(const f32 *at) { return *(const vec *)at; }
INLINE void store(f32 *at, vec x) { *(vec *)at = x; }
INLINE vec splat(f32 x) { return x - (vec){0}; }
INLINE dvec dload(const f64 *at) { return *(const dvec *)at; }
INLINE void dstore(f64 *at, dvec x) { *(dvec *)at = x; }
INLINE dvec dsplat(f64 x) { return x - (dvec){0}; }
#if LANES == 16
#define EACH_LANE ((ints){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#elif LANES == 8
#define EACH_LANE ((ints){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define EACH_LANE ((ints){0, 1, 2, 3})
#endif

/* The first floats of a row, at most `count`, and 0 for the others, which are not read. */
INLINE vec load_first(const f32 *at, i32 count) {
#if defined(__AVX512F__)
  return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << (count < LANES ? count : LANES)) - 1), at);
#elif defined(__AVX2__)
  return (vec)_mm256_maskload_ps(at, (__m256i)(EACH_LANE < count));
#else
  vec x = splat(0);
  UNROLL for (i32 l = 0; l < LANES; l++) {
    if (l < count) x[l] = at[l];
  }
  return x;
#endif
}

/* Half a vector of float32 as float64. The intrinsics compile to fewer instructions than the generic form. */
INLINE dvec widen(const f32 *at) {
#if defined(__AVX512F__)
  return (dvec)_mm512_cvtps_pd(_mm256_loadu_ps(at));
#elif defined(__AVX2__)
  return (dvec)_mm256_cvtps_pd(_mm_loadu_ps(at));
#else
  return __builtin_convertvector(*(const half_vec *)at, dvec);
#endif
}

/* Bits of x where a comparison holds, 0 elsewhere. */
INLINE vec where(ints mask, vec x) { return (vec)(mask & (ints)x); }
INLINE dvec dwhere(longs mask, dvec x) { return (dvec)(mask & (longs)x); }
INLINE dvec dchoose(longs mask, dvec yes, dvec no) {
  return (dvec)((mask & (longs)yes) | (~mask & (longs)no));
}
/* Replaces negative values by 0; NaN stays NaN. */
INLINE vec rectified(vec x) { return where(~(x < splat(0)), x); }
INLINE dvec dabove_zero(dvec x) { return dwhere(x > dsplat(0), x); }

/* All bits of a lane where the lane's bit of a word is set. */
INLINE ints bits_set(u16 word) {
  const ints bit = ((ints){0} + 1) << EACH_LANE;
  return ((((ints){0}) + (i32)word) & bit) != 0;
}

INLINE vec magnitude(vec x) { return (vec)((ints)x & 0x7fffffff); }

/* Square roots are correctly rounded everywhere, but C has no vector operator for them. */
INLINE vec root(vec x) {
#if defined(__wasm_simd128__)
  return (vec)wasm_f32x4_sqrt((v128_t)x);
#elif defined(__AVX512F__)
  return (vec)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
  return (vec)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE4_1__)
  return (vec)_mm_sqrt_ps((__m128)x);
#else
  return (vec)vsqrtq_f32((float32x4_t)x);
#endif
}

INLINE dvec droot(dvec x) {
#if defined(__wasm_simd128__)
  return (dvec)wasm_f64x2_sqrt((v128_t)x);
#elif defined(__AVX512F__)
  return (dvec)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX2__)
  return (dvec)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE4_1__)
  return (dvec)_mm_sqrt_pd((__m128d)x);
#else
  return (dvec)vsqrtq_f64((float64x2_t)x);
#endif
}

/* Whether any bit is set. */
INLINE bool any(ints x) {
#if defined(__wasm_simd128__)
  return wasm_v128_any_true((v128_t)x);
#elif defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)x, (__m512i)x) != 0;
#elif defined(__AVX2__)
  return !_mm256_testz_si256((__m256i)x, (__m256i)x);
#elif defined(__SSE4_1__)
  return !_mm_testz_si128((__m128i)x, (__m128i)x);
#else
  return vmaxvq_u32((uint32x4_t)x) != 0;
#endif
}

/* Rounded up to a multiple. */
INLINE i32 up_to(i32 multiple, i32 count) { return (count + multiple - 1) / multiple * multiple; }
INLINE i32 least(i32 a, i32 b) { return a < b ? a : b; }

#endif
