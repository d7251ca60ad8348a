/* A step of training: forward, loss, backward, update. */
#ifndef TRAINING_H
#define TRAINING_H

#include "dropout.h"
#include "network.h"
#include "nonzero.h"

/* Last phase of a step: WHOLE does all of it, the others time its parts. */
typedef enum { WHOLE, FORWARD, LOSS, DELTAS } Phase;

/* Rows and columns of a tile of weights that is turned at once. */
#define TURNED 64

/* Whether many outputs of a layer are 0. */
INLINE bool has_zeros(const Layer *layer) { return layer->relu || layer->drops; }

INLINE void multiply_layer(Kernel *k, Network *n, const Product *p, bool zeros) {
  if (zeros && worth_reducing(p->inner, p->columns)) multiply_nonzero(k, p, n->terms);
  else multiply(k, p);
}

static void forward(Kernel *k, Network *n, i32 rows, const Dropout *dropout, u32 *generators) {
  Matrix x = n->inputs;
  bool zeros = false;
  for (i32 l = 0; l < n->layers; l++) {
    Layer *layer = &n->layer[l];
    const Product product = {
      .a = rows_of(x),
      .b = layer->columns,
      .out = layer->values,
      .rows = rows,
      .inner = layer->inputs,
      .columns = layer->outputs,
      .initial = layer->biases,
      .finish = layer->relu ? RELU : PLAIN,
    };
    multiply_layer(k, n, &product, zeros);
    if (dropout && layer->drops) {
      draw_mask(generators, dropout->threshold, dropout->scale, layer->mask, rows * layer->outputs);
      apply_mask(layer->values, layer->mask, rows, layer->outputs);
    }
    zeros = has_zeros(layer);
    x = layer->values;
  }
}

/* Mean squared error of the batch, and its derivative by the outputs into `deltas`. */
static f64 loss_and_deltas(Network *n, const f32 *targets, const u32 *order, i32 rows) {
  const Layer *layer = last_of(n);
  const i32 outputs = layer->outputs;
  const f64 count = (f64)rows * (f64)outputs;
  const f32 factor = (f32)(2.0 / count);
  f64 sum = 0;
  for (i32 r = 0; r < rows; r++) {
    const f32 *target = targets + (ptrdiff_t)order[r] * outputs;
    const f32 *value = row_of(layer->values, r);
    f32 *delta = row_of(layer->deltas, r);
    for (i32 o = 0; o < outputs; o++) {
      const f32 error = value[o] - target[o];
      sum += (f64)(error * error);
      delta[o] = error * factor;
    }
  }
  return sum / count;
}

/* Adds the derivative of a penalty on activations to the deltas of a layer. */
static void penalise(const Layer *layer, i32 rows, f32 lambda) {
  const vec pull = splat(lambda / (f32)rows);
  for (i32 r = 0; r < rows; r++) {
    const f32 *value = row_of(layer->values, r);
    f32 *delta = row_of(layer->deltas, r);
    for (i32 c = 0; c < layer->outputs; c += LANES) {
      store(delta + c, load(delta + c) + signed_as(load(value + c), pull));
    }
  }
}

/* Computes the deltas of the layer below. Behind a ReLU no mask is needed: dropped units are not positive. */
static void propagate_back(Kernel *k, Network *n, i32 l, i32 rows, const Dropout *dropout) {
  const Layer *layer = &n->layer[l];
  const Layer *below = &n->layer[l - 1];
  const Product product = {
    .a = rows_of(layer->deltas),
    .b = layer->weights,
    .out = below->deltas,
    .rows = rows,
    .inner = layer->outputs,
    .columns = layer->inputs,
    .finish = below->relu ? GATE : PLAIN,
    .gates = below->values.at,
    .scale = dropout && below->drops ? dropout->scale : 1,
  };
  multiply_layer(k, n, &product, has_zeros(layer));
  if (dropout && below->drops && !below->relu) {
    apply_mask(below->deltas, below->mask, rows, below->outputs);
  }
}

/*
 * The update of a layer's weights, whose gradients are the product of a transposed and b. It goes block by
 * block, so that the divisions of Adam overlap with the products of the next block.
 */
static void descend(Kernel *k, Network *n, Product p, Learned learned, const Update *by) {
  p.out = n->gradients;
  for (i32 c = 0; c < p.columns;) {
    const i32 vectors = (p.columns - c + LANES - 1) / LANES;
    const i32 taken = vectors >= WIDE ? WIDE : vectors >= 2 ? 2 : 1;
    for (i32 r = 0, rows; r < p.rows; r += rows) {
      const i32 left = p.rows - r;
      rows = least(left, taken == 1 ? NARROW_ROWS : ROWS);
      if (stopped(k, (u64)p.inner * (u64)(rows * taken * LANES))) return;
      Product q = p;
      q.a.at += (ptrdiff_t)r * p.a.row;
      q.b.at += c;
      q.rows = rows;
      if (taken == WIDE && left == 1) panel(1, WIDE, &q, 0, 0, q.inner);
      else if (taken == WIDE) panel(WIDE_ROWS, WIDE, &q, 0, 0, q.inner);
      else if (taken == 2) panel(ROWS, 2, &q, 0, 0, q.inner);
      else panel(NARROW_ROWS, 1, &q, 0, 0, q.inner);
      update_step(learned, r, c, q.out, rows, taken * LANES, by);
    }
    c += taken * LANES;
  }
}

/* Fetches parameters and their state into the cache: large ones come from memory. */
INLINE void fetch_learned(Learned learned, i32 rows, i32 vectors) {
  for (i32 r = 0; r < rows; r++) {
    const Learned row = learned_from(learned, r, 0);
    fetch(row.parameters, vectors);
    fetch(row.mean, vectors);
    fetch(row.square, vectors);
  }
}

/* As `descend`, for an a with many zeros: it sums over the nonzero elements of its columns. */
static void descend_nonzero(Kernel *k, Network *n, Product p, Learned learned, const Update *by) {
  p.out = n->gradients;
  const bool is_wide = (u64)p.rows * (u64)learned.stride > 1 << 17;
  const Matrix a = {(f32 *)p.a.at, p.a.column};
  for (i32 from = 0; from < p.rows; from += LISTS) {
    const i32 to = least(p.rows, from + LISTS);
    for (i32 r = from; r < to; r += LANES) {
      column_terms(n->terms + (r - from), a, r, p.inner, p.b.stride, FLAT);
    }
    i32 vectors = up_to(LANES, p.columns) / LANES;
    for (i32 c = 0; vectors > 0;) {
      const i32 share = even_share(vectors);
      Product q = p;
      q.b.at += c;
      for (i32 depth = 0; depth * FLAT < p.inner; depth++) {
        const bool last = (depth + 1) * FLAT >= p.inner;
        if (stopped(k, (u64)(to - from) * FLAT * (u64)(share * LANES))) return;
        for (i32 r = from; r < to; r += ROWS) {
          const i32 end = least(to, r + ROWS);
          if (last && is_wide) fetch_learned(learned_from(learned, end, c), least(to, end + ROWS) - end, share);
          strips_of(share, &q, n->terms + (r - from), r - from, end - from, 0, depth, last);
          const Matrix gradients = {row_of(q.out, r - from), q.out.stride};
          if (last) update_step(learned, r, c, gradients, end - r, share * LANES, by);
        }
      }
      c += share * LANES;
      vectors -= share;
    }
  }
}

/* Copies weights by outputs to weights by inputs, in tiles: their rows are mostly in different pages. */
static void turn_weights(Matrix weights, Matrix columns, i32 outputs, i32 inputs) {
  for (i32 first = 0; first < outputs; first += TURNED) {
    for (i32 c = 0; c < inputs; c += TURNED) {
      for (i32 o = first; o < least(outputs, first + TURNED); o += LANES) {
        transpose(row_of(weights, o) + c, weights.stride, row_of(columns, c) + o, columns.stride,
                  least(TURNED, inputs - c));
      }
    }
  }
}

static void learn(Kernel *k, Network *n, i32 l, i32 rows, const AdamFactors *factors, const Treatment *treatment) {
  const Layer *layer = &n->layer[l];
  const Update by = {
    .factors = factors,
    .treatment = treatment,
    .lambda = treatment ? treatment->weights : 0,
    .kept = layer->kept,
    .movement = layer->movement.at,
  };
  const i32 inputs = layer->inputs, outputs = layer->outputs;
  if (l == 0) {
    const Product product = {
      .a = columns_of(n->inputs), .b = layer->deltas, .rows = inputs, .inner = rows, .columns = outputs,
    };
    const Matrix w = layer->columns;
    descend(k, n, product, (Learned){w.at, layer->mean.at, layer->square.at, w.stride}, &by);
  } else {
    const Product product = {
      .a = columns_of(layer->deltas),
      .b = n->layer[l - 1].values,
      .rows = outputs,
      .inner = rows,
      .columns = inputs,
    };
    const Matrix w = layer->weights;
    const Learned learned = {w.at, layer->mean.at, layer->square.at, w.stride};
    if (has_zeros(layer) && rows <= LONGEST && inputs >= NONZERO_COLUMNS) {
      descend_nonzero(k, n, product, learned, &by);
    } else {
      descend(k, n, product, learned, &by);
    }
    turn_weights(w, layer->columns, outputs, inputs);
  }
  column_sums(layer->deltas, rows, outputs, n->bias_gradients);
  const Learned biases = {layer->biases, layer->bias_mean, layer->bias_square, 0};
  const Update bias = {
    .factors = factors, .treatment = treatment, .kept = layer->bias_kept, .movement = layer->bias_movement,
  };
  update_step(biases, 0, 0, (Matrix){n->bias_gradients, 0}, 1, outputs, &bias);
}

static void gather(Network *n, const f32 *inputs, const u32 *order, i32 rows) {
  const i32 width = n->layer[0].inputs;
  for (i32 r = 0; r < rows; r++) {
    fill_row(row_of(n->inputs, r), inputs + (ptrdiff_t)order[r] * width, width);
  }
}

/* Buffers of the host for training, all of which lie within the memory. */
typedef struct {
  Network *network;
  const f32 *inputs, *targets;
  const u32 *order;
  f64 *losses;
  const AdamFactors *factors;
  const Treatment *treatment;
  const Dropout *dropout;
  u32 *generators;
  i32 samples;
  Phase until;
} Lesson;

static void step(Kernel *k, const Lesson *t, i32 index) {
  Network *n = t->network;
  const i32 start = index * n->batch;
  const i32 rows = least(n->batch, t->samples - start);
  gather(n, t->inputs, t->order + start, rows);
  forward(k, n, rows, t->dropout, t->generators);
  if (t->until == FORWARD) return;
  const f64 loss = loss_and_deltas(n, t->targets, t->order + start, rows);
  t->losses[index] = loss;
  if (t->until == LOSS) return;
  for (i32 l = n->layers - 1; l >= 0; l--) {
    /* This needs the weights before they are updated. */
    if (l > 0) propagate_back(k, n, l, rows, t->dropout);
    if (l > 0 && t->treatment && t->treatment->activations != 0) {
      penalise(&n->layer[l - 1], rows, t->treatment->activations);
    }
    if (t->until != DELTAS) learn(k, n, l, rows, &t->factors[index], t->treatment);
    if (k->is_stopped) return;
  }
}

/* Runs samples forward, without dropout, a batch at a time. */
static void predict(Kernel *k, Network *n, const f32 *inputs, f32 *outputs, i32 samples) {
  const Layer *last = last_of(n);
  const i32 width = n->layer[0].inputs;
  for (i32 start = 0; start < samples && !k->is_stopped; start += n->batch) {
    const i32 rows = least(n->batch, samples - start);
    for (i32 r = 0; r < rows; r++, inputs += width) fill_row(row_of(n->inputs, r), inputs, width);
    forward(k, n, rows, NULL, NULL);
    for (i32 r = 0; r < rows; r++, outputs += last->outputs) {
      __builtin_memcpy(outputs, row_of(last->values, r), 4 * (size_t)last->outputs);
    }
  }
}

#endif
