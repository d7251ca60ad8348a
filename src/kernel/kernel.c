/*
 * The functions that the host calls. This file is compiled to WebAssembly and, natively, once for each
 * width of vectors; all of them give the same bits. Every reference of the host is checked: one outside
 * of the memory is refused, because in native code it would crash the process.
 */
#include "inversion.h"
#include "measures.h"
#include "paths.h"
#include "training.h"

#include "records_check.h"

/* A function of the kernel takes up to three numbers or references, and returns a Status or a count. */
#define CALL(name) static u32 name(Kernel *k, u32 a, u32 b, u32 c)

#define UNUSED(x) (void)(x)

/* A number of bytes, limited to what fits 32 bits. */
INLINE u32 count_of(u64 bytes) { return bytes < UINT32_MAX ? (u32)bytes : UINT32_MAX; }

/* Number of samples in a tile of the inversion: the host lays them out in tiles. */
CALL(call_tile) {
  UNUSED(k), UNUSED(a), UNUSED(b), UNUSED(c);
  return TILE;
}

/*
 * Places the network of a Shape (a) at b, where c bytes are free, with parameters of 0.
 * @returns a Status, or the number of bytes that it needs if c is smaller
 */
CALL(call_place) {
  const Shape *shape = within(k, a, sizeof(Shape));
  if (!shape || shape->layers == 0 || shape->batch == 0 || shape->batch >> 24) return OUT_OF_BOUNDS;
  const u32 *widths = within(k, shape->widths, 4 * ((u64)shape->layers + 1));
  const u32 *relu = within(k, shape->relu, 4 * (u64)shape->layers);
  const u64 head = sizeof(Network) + sizeof(Layer) * (u64)shape->layers;
  Network *n = within(k, b, c);
  if (!widths || !relu || !n) return OUT_OF_BOUNDS;
  if (c < head) return count_of(head);
  clear(n, head);
  n->layers = (i32)shape->layers;
  n->batch = (i32)shape->batch;
  n->training = shape->training != 0;
  n->masked = shape->masked != 0;
  n->moves = shape->moves != 0;
  for (i32 l = 0; l < n->layers; l++) {
    Layer *layer = &n->layer[l];
    if (widths[l] == 0 || widths[l + 1] == 0 || (widths[l] | widths[l + 1]) >> 24) return OUT_OF_BOUNDS;
    layer->inputs = (i32)widths[l];
    layer->outputs = (i32)widths[l + 1];
    layer->relu = relu[l] != 0;
    layer->drops = shape->drops != 0 && l < n->layers - 1;
  }
  const u64 bytes = place(n, n->batch, n->training, true);
  if (bytes > c) return count_of(bytes);
  clear_much(k, (char *)n + head, bytes - head);
  if (k->is_stopped) return STOPPED;
  place(n, n->batch, n->training, false);
  n->bytes = bytes;
  n->home = k->memory;
  n->kind = NETWORK;
  return DONE;
}

/* Whether a network has a variable. */
static bool has_variable(const Network *n, u32 variable) {
  return variable <= MOVEMENT && place_of(n, 0, (Variable)variable).biases;
}

/* Copies flat values (b) of a Variable (c) into a network (a). */
CALL(call_write) {
  Network *n = network_at(k, a);
  const f32 *flat = n && has_variable(n, c) ? within(k, b, parameter_bytes(n)) : NULL;
  if (!flat) return OUT_OF_BOUNDS;
  write_variable(k, n, (Variable)c, flat);
  return status_of(k);
}

/* Copies a flat mask (b), one byte a parameter, into a network (a) that has one. */
CALL(call_mask) {
  UNUSED(c);
  Network *n = network_at(k, a);
  const u8 *flat = n && n->training && n->masked ? within(k, b, parameter_bytes(n) / 4) : NULL;
  if (!flat) return OUT_OF_BOUNDS;
  write_mask(k, n, flat);
  return status_of(k);
}

/* Copies a Variable (c) of a network (a), flat, to b. */
CALL(call_read) {
  Network *n = network_at(k, a);
  f32 *flat = n && has_variable(n, c) ? within(k, b, parameter_bytes(n)) : NULL;
  if (!flat) return OUT_OF_BOUNDS;
  read_variable(k, n, (Variable)c, flat);
  return status_of(k);
}

/* Does the steps b..c of a Training (a). */
CALL(call_train) {
  const Training *t = within(k, a, sizeof(Training));
  Network *n = t ? network_at(k, t->network) : NULL;
  if (!n || !n->training || t->samples == 0 || t->samples > INT32_MAX) return OUT_OF_BOUNDS;
  const u64 samples = t->samples, steps = (samples + (u64)n->batch - 1) / (u64)n->batch;
  const Dropout *dropout = t->dropout ? within(k, t->dropout, sizeof(Dropout)) : NULL;
  const Lesson lesson = {
    .network = n,
    .inputs = within(k, t->inputs, 4 * samples * (u64)n->layer[0].inputs),
    .targets = within(k, t->targets, 4 * samples * (u64)last_of(n)->outputs),
    .order = within(k, t->order, 4 * samples),
    .losses = within(k, t->losses, 8 * steps),
    .factors = within(k, t->factors, sizeof(AdamFactors) * steps),
    .treatment = t->treatment ? within(k, t->treatment, sizeof(Treatment)) : NULL,
    .dropout = dropout,
    .generators = dropout ? within(k, dropout->state, 64) : NULL,
    .samples = (i32)t->samples,
    .until = (Phase)t->until,
  };
  if (!lesson.inputs || !lesson.targets || !lesson.order || !lesson.losses || !lesson.factors ||
      (t->dropout && !lesson.generators) || (t->treatment && !lesson.treatment) || b > c || c > steps) {
    return OUT_OF_BOUNDS;
  }
  for (u64 i = (u64)b * (u64)n->batch; i < samples && i < (u64)c * (u64)n->batch; i++) {
    if (lesson.order[i] >= t->samples) return OUT_OF_BOUNDS;
  }
  for (u32 s = b; s < c && !k->is_stopped; s++) step(k, &lesson, (i32)s);
  return status_of(k);
}

/* Computes a Prediction (a). */
CALL(call_predict) {
  UNUSED(b), UNUSED(c);
  const Prediction *p = within(k, a, sizeof(Prediction));
  Network *n = p ? network_at(k, p->network) : NULL;
  if (!n || p->samples > INT32_MAX) return OUT_OF_BOUNDS;
  const f32 *inputs = within(k, p->inputs, 4 * (u64)p->samples * (u64)n->layer[0].inputs);
  f32 *outputs = within(k, p->outputs, 4 * (u64)p->samples * (u64)last_of(n)->outputs);
  if (!inputs || !outputs) return OUT_OF_BOUNDS;
  predict(k, n, inputs, outputs, (i32)p->samples);
  return status_of(k);
}

/* The circuit of a Reading. @returns whether everything lies within the memory */
static bool circuit_of(const Kernel *k, const Reading *r, Circuit *c) {
  const u32 *widths = r->layers ? within(k, r->widths, 4 * ((u64)r->layers + 1)) : NULL;
  const u32 *relu = within(k, r->relu, 4 * (u64)r->layers);
  if (!widths || !relu || r->from >= r->layers) return false;
  u64 parameters = 0, widest = 0, neurons = 0;
  for (u32 l = 0; l < r->layers; l++) {
    if (widths[l] == 0 || widths[l + 1] == 0 || (widths[l] | widths[l + 1]) >> 24) return false;
    parameters += ((u64)widths[l] + 1) * widths[l + 1];
    if (parameters > k->bytes) return false;
    widest = widest < widths[l] ? widths[l] : widest;
    widest = widest < widths[l + 1] ? widths[l + 1] : widest;
    if (l >= r->from) neurons += widths[l + 1];
  }
  *c = (Circuit){
    .layers = (i32)r->layers,
    .features = (i32)widths[0],
    .from = (i32)r->from,
    .widths = widths,
    .relu = relu,
    /* Rows are read in blocks of at most 8, so a block may read beyond the last row. */
    .parameters = within(k, r->parameters, 4 * (parameters + 8 * (widest + 1))),
    .rectified = r->rectified != 0,
    .from_baseline = r->from_baseline != 0,
    .quadrature = within(k, r->quadrature, 16 * (u64)r->nodes),
    .nodes = (i32)r->nodes,
    .out = within(k, r->out, 8 * neurons * widths[0]),
  };
  return c->parameters && (c->quadrature || r->nodes == 0) && c->out;
}

typedef u64 Read(Kernel *k, const Circuit *c, void *scratch, u64 bytes);

/* Computes a Reading (a). @returns a Status, or the bytes of scratch that it needs if it has fewer */
INLINE u32 read(Kernel *k, u32 a, Read *by) {
  const Reading *r = within(k, a, sizeof(Reading));
  void *scratch = r ? within(k, r->scratch, r->scratch_bytes) : NULL;
  Circuit circuit;
  if (!scratch || !circuit_of(k, r, &circuit)) return OUT_OF_BOUNDS;
  const u64 bytes = by(k, &circuit, scratch, r->scratch_bytes);
  return bytes > r->scratch_bytes ? count_of(bytes) : status_of(k);
}

CALL(call_responses) {
  UNUSED(b), UNUSED(c);
  return read(k, a, responses);
}

CALL(call_path_sums) {
  UNUSED(b), UNUSED(c);
  return read(k, a, path_sums);
}

/* Computes RowStatistics (a). @returns as `read` does */
CALL(call_row_statistics) {
  UNUSED(b), UNUSED(c);
  const RowStatistics *s = within(k, a, sizeof(RowStatistics));
  if (!s || s->features == 0 || (s->rows | s->features) >> 24) return OUT_OF_BOUNDS;
  const f64 *scaled = within(k, s->scaled, 8 * (u64)s->rows * s->features);
  f64 *logs = within(k, s->logs, 8 * (u64)s->rows), *ginis = within(k, s->ginis, 8 * (u64)s->rows);
  void *scratch = within(k, s->scratch, s->scratch_bytes);
  if (!scaled || !logs || !ginis || !scratch) return OUT_OF_BOUNDS;
  const u64 bytes = row_statistics(k, (i32)s->rows, (i32)s->features, scaled, logs, ginis, scratch, s->scratch_bytes);
  return bytes > s->scratch_bytes ? count_of(bytes) : status_of(k);
}

/* Computes Grams (a). @returns as `read` does */
CALL(call_grams) {
  UNUSED(b), UNUSED(c);
  const Grams *g = within(k, a, sizeof(Grams));
  if (!g || g->features == 0 || g->features >> 16 || g->layers >> 16) return OUT_OF_BOUNDS;
  const u32 *ends = within(k, g->ends, 4 * (u64)g->layers);
  if (!ends) return OUT_OF_BOUNDS;
  u32 rows = 0;
  for (u32 l = 0; l < g->layers; l++) {
    if (ends[l] < rows || ends[l] >> 24) return OUT_OF_BOUNDS;
    rows = ends[l];
  }
  const u64 stride = (u64)gram_stride((i32)g->features);
  const f64 *values = within(k, g->values, 8 * (u64)rows * g->features);
  const f64 *peaks = within(k, g->peaks, 8 * (u64)g->features);
  f64 *out = within(k, g->out, 8 * g->layers * stride * stride);
  void *scratch = within(k, g->scratch, g->scratch_bytes);
  if (!values || !peaks || !out || !scratch) return OUT_OF_BOUNDS;
  const u64 bytes = grams(k, (i32)g->features, (i32)g->layers, ends, values, peaks, out, scratch, g->scratch_bytes);
  return bytes > g->scratch_bytes ? count_of(bytes) : status_of(k);
}

/* Whether a sparse matrix lies within the memory, and its columns are below `inputs`. */
static bool is_sparse(const Kernel *k, ref starts, ref entries, ref columns, u32 rows, u32 inputs) {
  const u32 *start = within(k, starts, 4 * ((u64)rows + 1));
  if (!start || start[0] != 0) return false;
  for (u32 r = 0; r < rows; r++) {
    if (start[r] > start[r + 1]) return false;
  }
  const u32 *column = within(k, columns, 4 * (u64)start[rows]);
  if (!column || !within(k, entries, 8 * (u64)start[rows])) return false;
  for (u32 i = 0; i < start[rows]; i++) {
    if (column[i] >= inputs) return false;
  }
  return true;
}

/* Does the steps of an Inversion (a). */
CALL(call_invert) {
  UNUSED(b), UNUSED(c);
  const Inversion *v = within(k, a, sizeof(Inversion));
  const SparseLayer *layer = v && v->layers ? within(k, v->layer, sizeof(SparseLayer) * (u64)v->layers) : NULL;
  if (!layer) return OUT_OF_BOUNDS;
  u64 features = 0;
  for (u32 l = 0, inputs = v->inputs; l < v->layers; inputs = layer[l].rows, l++) {
    const SparseLayer *at = &layer[l];
    features += at->rows;
    if (!within(k, at->biases, 8 * (u64)at->rows) ||
        !within(k, at->values, 8 * TILE * (u64)at->rows) ||
        !within(k, at->deltas, 8 * TILE * (u64)at->rows) ||
        !is_sparse(k, at->starts, at->entries, at->columns, at->rows, inputs) ||
        !is_sparse(k, at->back_starts, at->back_entries, at->back_columns, inputs, at->rows)) {
      return OUT_OF_BOUNDS;
    }
  }
  const u64 length = TILE * (3 * (u64)v->inputs + features);
  if (v->tiles > 0 && length > k->bytes / 8 / v->tiles) return OUT_OF_BOUNDS;
  const Search search = {
    .kernel = k,
    .records = layer,
    .layers = (i32)v->layers,
    .inputs = (i32)v->inputs,
    .tiles = (i32)v->tiles,
    .steps = (i32)v->steps,
    .constants = within(k, v->constants, sizeof(Constants)),
    .state = within(k, v->state, 8 * length * (u64)v->tiles),
    .row = within(k, v->row, 8 * TILE),
    .state_length = (i32)length,
    .factors = within(k, v->factors, 16 * (u64)v->steps),
  };
  if (!search.constants || !search.state || !search.row || !search.factors) return OUT_OF_BOUNDS;
  invert(k, &search);
  return status_of(k);
}

/* Multiplies matrices in the scratch of a Trial (a), to time it. @returns as `read` does */
CALL(call_trial) {
  UNUSED(b), UNUSED(c);
  const Trial *t = within(k, a, sizeof(Trial));
  void *scratch = t ? within(k, t->scratch, t->scratch_bytes) : NULL;
  if (!scratch || (t->rows | t->inner | t->columns) >> 16) return OUT_OF_BOUNDS;
  const i32 rows = (i32)t->rows, inner = (i32)t->inner, columns = (i32)t->columns;
  Arena arena = {scratch, 0};
  const Matrix x = take_matrix(&arena, rows, inner), y = take_matrix(&arena, inner, columns);
  const Matrix out = take_matrix(&arena, rows, columns);
  Terms *terms = take(&arena, LISTS * sizeof(Terms));
  for (i32 i = 0; i < LISTS; i++) {
    const Terms list = take_terms(&arena, least(inner, LONGEST));
    if (arena.next <= t->scratch_bytes) terms[i] = list;
  }
  if (arena.next > t->scratch_bytes) return count_of(arena.next);
  const Product product = {
    .a = rows_of(x), .b = y, .out = out, .rows = rows, .inner = inner, .columns = columns,
  };
  for (u32 i = 0; i < t->repeats && !k->is_stopped; i++) {
    if (t->nonzero) multiply_nonzero(k, &product, terms);
    else multiply(k, &product);
  }
  return status_of(k);
}

/* The names under which the host calls the functions. */
#define FUNCTIONS(f)            \
  f(tile, call_tile)            \
  f(placeNetwork, call_place)   \
  f(writeVariable, call_write)  \
  f(readVariable, call_read)    \
  f(writeMask, call_mask)       \
  f(train, call_train)          \
  f(predict, call_predict)      \
  f(responses, call_responses)  \
  f(pathSums, call_path_sums)   \
  f(rowStatistics, call_row_statistics) \
  f(grams, call_grams)          \
  f(invert, call_invert)        \
  f(trial, call_trial)

#if defined(__wasm__)

/* The memory is the module's own, from 0 on. */
#define EXPORTED(name, function)                                                      \
  __attribute__((export_name(#name))) u32 exported_##function(u32 a, u32 b, u32 c) { \
    Kernel k = {0};                                                                   \
    k.bytes = (u64)__builtin_wasm_memory_size(0) << 16;                               \
    return function(&k, a, b, c);                                                     \
  }
FUNCTIONS(EXPORTED)

#else

#define ENTRY(name, function) {#name, function},
#define NAMED_(variant) kernel_##variant
#define NAMED(variant) NAMED_(variant)
const Function NAMED(KERNEL)[] = {FUNCTIONS(ENTRY){NULL, NULL}};

#endif
