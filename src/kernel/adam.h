/* Adam, with the operations of ../core/training/adam.ts in the same order. */
#ifndef ADAM_H
#define ADAM_H

#include "matrix.h"
#include "records.h"

/* Smaller means are subnormal and are replaced by 0. */
#define MIN_MEAN 1.1754943508222875e-38f

/* Parameters and the state of Adam for them, in the same layout. */
typedef struct {
  f32 *parameters, *mean, *square;
  i32 stride;
} Learned;

/* The same, starting at an element. */
INLINE Learned learned_from(Learned learned, i32 r, i32 c) {
  const ptrdiff_t place = (ptrdiff_t)r * learned.stride + c;
  learned.parameters += place;
  learned.mean += place;
  learned.square += place;
  return learned;
}

/* One step on some rows and columns; the number of columns is a multiple of LANES. */
static void adam_step(Learned learned, Matrix gradients, i32 rows, i32 columns, const AdamFactors *by) {
  const vec rate = splat(by->rate), divisor = splat(by->divisor), epsilon = splat(by->epsilon);
  const vec keep = splat(by->keep), square_rate = splat(by->square_rate);
  /* PyTorch's lerp starts from the nearer end. */
  const bool from_gradient = by->mean_rate >= 0.5f;
  const vec mean_rate = splat(by->mean_rate), old_rate = splat(1 - by->mean_rate);
  for (i32 r = 0; r < rows; r++) {
    const f32 *gradient = row_of(gradients, r);
    const Learned row = learned_from(learned, r, 0);
    for (i32 c = 0; c < columns; c += LANES) {
      const vec g = load(gradient + c), old = load(row.mean + c), square = load(row.square + c);
      if (!any((ints)g | (ints)old)) {
        /* With gradients and means of 0 the parameters do not change; only the mean square decays. */
        store(row.square + c, square * keep);
        continue;
      }
      const vec distance = g - old;
      vec m = from_gradient ? g - distance * old_rate : old + distance * mean_rate;
      m = where(magnitude(m) >= splat(MIN_MEAN), m);
      const vec v = square * keep + square_rate * g * g;
      store(row.mean + c, m);
      store(row.square + c, v);
      const vec denominator = root(v) / divisor + epsilon;
      store(row.parameters + c, load(row.parameters + c) + rate * m / denominator);
    }
  }
}

#endif
