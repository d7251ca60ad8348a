/*
 * The update of parameters: Adam alone, or what a Treatment asks for, with the operations of
 * ../core/engine/typescript/stepper.ts and ../core/training/optimizer.ts in the same order.
 */
#ifndef UPDATE_H
#define UPDATE_H

#include "adam.h"

/* Rules of optimisers, as in a Treatment. */
typedef enum { ADAM, ADAMW, SGD } Rule;

/* The update of a layer's weights or biases. */
typedef struct {
  const AdamFactors *factors;
  const Treatment *treatment; /* NULL for Adam alone; then nothing else is read */
  f32 lambda;                 /* of a penalty on weights, or 0 */
  const u16 *kept;            /* a bit for each of LANES parameters: 0 where it stays 0; NULL if all are trained */
  f32 *movement;              /* laid out as the parameters; NULL if it is not recorded */
} Update;

/* lambda with the sign of x, 0 for 0. */
INLINE vec signed_as(vec x, vec lambda) { return where(x > splat(0), lambda) - where(x < splat(0), lambda); }

/*
 * One step on some rows and columns, as `adam_step`.
 * @param is_mask whether a mask is all of the treatment: then nothing else is looked for
 * @param at place of the first element in `kept` and `movement`
 */
INLINE void treated(const Rule rule, const bool is_mask, Learned learned, ptrdiff_t at, Matrix gradients,
                    i32 rows, i32 columns, const Update *update) {
  const AdamFactors *by = update->factors;
  const vec rate = splat(by->rate), divisor = splat(by->divisor), epsilon = splat(by->epsilon);
  const vec keep = splat(by->keep), square_rate = splat(by->square_rate);
  const bool from_gradient = by->mean_rate >= 0.5f;
  const vec mean_rate = splat(by->mean_rate), old_rate = splat(1 - by->mean_rate);
  const vec lambda = splat(update->lambda), decay = splat(update->treatment->decay);
  const vec momentum = splat(update->treatment->momentum);
  const bool penalised = !is_mask && update->lambda != 0;
  const bool decays = !is_mask && (rule == ADAMW || update->treatment->decay != 0);
  const bool has_momentum = update->treatment->momentum != 0;
  const bool masked = is_mask || update->kept, moves = !is_mask && update->movement;
  for (i32 r = 0; r < rows; r++, at += learned.stride) {
    const f32 *gradient = row_of(gradients, r);
    const Learned row = learned_from(learned, r, 0);
    for (i32 c = 0; c < columns; c += LANES) {
      vec g = load(gradient + c), w = load(row.parameters + c);
      ints kept = {0};
      if (penalised) g = g + signed_as(w, lambda);
      if (masked) {
        kept = bits_set(update->kept[(at + c) / LANES]);
        g = where(kept, g);
      }
      if (moves) store(update->movement + at + c, load(update->movement + at + c) - w * g);
      if (decays) {
        if (rule == ADAMW) w = w * decay;
        else g = g + decay * w;
      }
      if (rule == SGD) {
        vec step = g;
        if (has_momentum) {
          step = load(row.mean + c) * momentum + g;
          step = where(~(magnitude(step) < splat(MIN_MEAN)), step);
          store(row.mean + c, step);
        }
        w = w + rate * step;
      } else {
        const vec old = load(row.mean + c), square = load(row.square + c);
        if (rule == ADAM && !any((ints)g | (ints)old)) {
          /* As in `adam_step`; a parameter that is held at 0 is 0 already. */
          store(row.square + c, square * keep);
          continue;
        }
        const vec distance = g - old;
        vec m = from_gradient ? g - distance * old_rate : old + distance * mean_rate;
        m = where(magnitude(m) >= splat(MIN_MEAN), m);
        const vec v = square * keep + square_rate * g * g;
        store(row.mean + c, m);
        store(row.square + c, v);
        w = w + rate * m / (root(v) / divisor + epsilon);
      }
      if (masked) w = where(kept, w);
      store(row.parameters + c, w);
    }
  }
}

static void treated_step(Learned learned, ptrdiff_t at, Matrix gradients, i32 rows, i32 columns,
                         const Update *update) {
  const Treatment *treatment = update->treatment;
  const bool is_mask = update->kept && update->lambda == 0 && treatment->decay == 0 && !update->movement;
  switch (treatment->rule) {
    case ADAMW: return treated(ADAMW, false, learned, at, gradients, rows, columns, update);
    case SGD: return treated(SGD, false, learned, at, gradients, rows, columns, update);
    default:
      if (is_mask) return treated(ADAM, true, learned, at, gradients, rows, columns, update);
      return treated(ADAM, false, learned, at, gradients, rows, columns, update);
  }
}

/* One step on the rows and columns from r and c on; the number of columns is a multiple of LANES. */
INLINE void update_step(Learned learned, i32 r, i32 c, Matrix gradients, i32 rows, i32 columns,
                        const Update *update) {
  const Learned from = learned_from(learned, r, c);
  if (__builtin_expect(!update->treatment, 1)) adam_step(from, gradients, rows, columns, update->factors);
  else treated_step(from, (ptrdiff_t)r * learned.stride + c, gradients, rows, columns, update);
}

#endif
