/* A network in memory: its layers, the state of Adam, and buffers for a batch. */
#ifndef NETWORK_H
#define NETWORK_H

#include "update.h"
#include "product.h"
#include "records.h"
#include "terms.h"

typedef struct {
  i32 inputs, outputs;
  bool relu, drops;
  Matrix columns; /* [inputs, outputs]: the weights by inputs, for the forward pass */
  Matrix weights; /* [outputs, inputs], for the backward pass; none in the first layer */
  /* Laid out like the weights that Adam updates: `weights`, in the first layer `columns`. */
  Matrix mean, square;
  f32 *biases, *bias_mean, *bias_square; /* [outputs] */
  /* -w g summed over steps, laid out alike; none unless it is recorded. */
  Matrix movement;
  f32 *bias_movement;
  /* Laid out alike, a bit for each of LANES parameters: 0 where it is held at 0; NULL if none is. */
  u16 *kept, *bias_kept;
  Matrix values;                         /* [batch, outputs]: output of the layer */
  Matrix deltas;                         /* [batch, outputs]: d loss / d pre-activation */
  f32 *mask;                             /* [batch * outputs]: 0 or 1 / (1 - p) */
} Layer;

/* Number of vectors in the widest panel. */
#define BROADEST 8

#define NETWORK 0x6e657477u

typedef struct {
  u32 kind; /* NETWORK, to detect references to anything else */
  i32 layers, batch;
  bool training, masked, moves;
  u64 bytes;
  char *home;       /* start of the memory when the pointers were last set */
  Matrix inputs;    /* [batch, inputs] */
  Matrix gradients; /* [LISTS, columns of a panel]: of the weights that are updated next */
  f32 *bias_gradients;
  Terms *terms;     /* [LISTS] */
  Layer layer[];
} Network;

INLINE Layer *last_of(Network *n) { return &n->layer[n->layers - 1]; }

/* Sets all pointers; sizes and flags of the layers are set before. @returns the bytes that it needs */
static u64 place(Network *n, i32 batch, bool training, bool counts_only) {
  const u64 head = sizeof(Network) + sizeof(Layer) * (u64)n->layers;
  Arena arena = {counts_only ? NULL : (char *)n, 0};
  i32 longest = batch;
  take(&arena, head);
  for (i32 l = 0; l < n->layers; l++) {
    Layer *layer = &n->layer[l];
    const bool first = l == 0, last = l == n->layers - 1;
    const i32 inputs = layer->inputs, outputs = layer->outputs;
    longest = longest < inputs ? inputs : longest;
    longest = longest < outputs ? outputs : longest;
    layer->columns = take_matrix(&arena, inputs, outputs);
    layer->biases = take_vector(&arena, outputs);
    layer->values = take_matrix(&arena, batch, outputs);
    /* References have 32 bits. */
    if (arena.next > UINT32_MAX) return arena.next;
    if (!training) continue;
    if (!first) layer->weights = take_matrix(&arena, outputs, inputs);
    layer->mean = first ? take_matrix(&arena, inputs, outputs) : take_matrix(&arena, outputs, inputs);
    layer->square = first ? take_matrix(&arena, inputs, outputs) : take_matrix(&arena, outputs, inputs);
    if (n->masked) {
      const i32 rows = first ? inputs : outputs;
      layer->kept = take(&arena, 2 * (u64)rows * (u64)layer->mean.stride / LANES);
      layer->bias_kept = take(&arena, 2 * (u64)up_to(LANES, outputs) / LANES);
    }
    if (n->moves) {
      layer->movement = first ? take_matrix(&arena, inputs, outputs) : take_matrix(&arena, outputs, inputs);
      layer->bias_movement = take_vector(&arena, outputs);
    }
    layer->bias_mean = take_vector(&arena, outputs);
    layer->bias_square = take_vector(&arena, outputs);
    layer->deltas = take_matrix(&arena, batch, outputs);
    /* One vector longer, because the padding of the last row reads past the end. */
    if (layer->drops && !last) {
      layer->mask = take(&arena, 4 * ((u64)batch * (u64)outputs + LANES + 4));
    }
  }
  n->inputs = take_matrix(&arena, batch, n->layer[0].inputs);
  n->gradients = take_matrix(&arena, LISTS, BROADEST * LANES);
  n->bias_gradients = take_vector(&arena, longest);
  n->terms = take(&arena, LISTS * sizeof(Terms));
  for (i32 i = 0; i < LISTS; i++) {
    const Terms terms = take_terms(&arena, longest < LONGEST ? longest : LONGEST);
    if (!counts_only) n->terms[i] = terms;
  }
  return arena.next;
}

/*
 * The network at a reference. If the memory has moved since the network was placed, its pointers are set
 * again: their targets have not moved relative to the network.
 */
static Network *network_at(const Kernel *k, ref at) {
  Network *n = within(k, at, sizeof(Network));
  if (!n || n->kind != NETWORK || !within(k, at, n->bytes)) return NULL;
  if (n->home != k->memory) {
    place(n, n->batch, n->training, false);
    n->home = k->memory;
  }
  return n;
}

/* What a network holds of each parameter. */
typedef enum { PARAMETER, MEAN, SQUARE, MOVEMENT } Variable;

/* A variable of a layer: weights by inputs, by outputs or both, and biases; NULL where there is none. */
typedef struct {
  Matrix by_inputs, by_outputs;
  f32 *biases;
} Place;

static Place place_of(const Network *n, i32 l, Variable variable) {
  const Layer *layer = &n->layer[l];
  if (variable == PARAMETER) return (Place){layer->columns, layer->weights, layer->biases};
  Matrix weights = layer->mean;
  f32 *biases = layer->bias_mean;
  if (variable == SQUARE) weights = layer->square, biases = layer->bias_square;
  if (variable == MOVEMENT) weights = layer->movement, biases = layer->bias_movement;
  const Matrix none = {NULL, 0};
  return l == 0 ? (Place){weights, none, biases} : (Place){none, weights, biases};
}

/* Copies a variable, flat as layer by layer weights [outputs, inputs] and biases, into the network. */
static void write_variable(Kernel *k, Network *n, Variable variable, const f32 *flat) {
  for (i32 l = 0; l < n->layers; l++) {
    const i32 inputs = n->layer[l].inputs, outputs = n->layer[l].outputs;
    const Place to = place_of(n, l, variable);
    if (to.by_inputs.at) turn(k, flat, outputs, inputs, to.by_inputs);
    for (i32 o = 0; o < outputs; o++, flat += inputs) {
      if (stopped(k, (u64)inputs)) return;
      if (to.by_outputs.at) __builtin_memcpy(row_of(to.by_outputs, o), flat, 4 * (size_t)inputs);
    }
    __builtin_memcpy(to.biases, flat, 4 * (size_t)outputs);
    flat += outputs;
  }
}

/* Copies a variable of the network, flat, as write_variable takes it. */
static void read_variable(Kernel *k, const Network *n, Variable variable, f32 *flat) {
  for (i32 l = 0; l < n->layers; l++) {
    const i32 inputs = n->layer[l].inputs, outputs = n->layer[l].outputs;
    const Place from = place_of(n, l, variable);
    for (i32 o = 0; o < outputs; o++, flat += inputs) {
      if (stopped(k, 8 * (u64)inputs)) return;
      if (from.by_outputs.at) __builtin_memcpy(flat, row_of(from.by_outputs, o), 4 * (size_t)inputs);
      else for (i32 i = 0; i < inputs; i++) flat[i] = row_of(from.by_inputs, i)[o];
    }
    __builtin_memcpy(flat, from.biases, 4 * (size_t)outputs);
    flat += outputs;
  }
}

INLINE void set_bit(u16 *bits, ptrdiff_t at, bool set) {
  const u16 bit = (u16)(1u << (at % LANES));
  if (set) bits[at / LANES] |= bit;
  else bits[at / LANES] &= (u16)~bit;
}

/* Copies a mask, flat as write_variable takes it, into the network: 0 for parameters that are held at 0. */
static void write_mask(Kernel *k, Network *n, const u8 *flat) {
  for (i32 l = 0; l < n->layers; l++) {
    Layer *layer = &n->layer[l];
    const ptrdiff_t stride = layer->mean.stride;
    for (i32 o = 0; o < layer->outputs; o++) {
      if (stopped(k, 8 * (u64)layer->inputs)) return;
      for (i32 i = 0; i < layer->inputs; i++) {
        set_bit(layer->kept, l == 0 ? i * stride + o : o * stride + i, *flat++ != 0);
      }
    }
    for (i32 o = 0; o < layer->outputs; o++) set_bit(layer->bias_kept, o, *flat++ != 0);
  }
}

INLINE u64 parameter_bytes(const Network *n) {
  u64 count = 0;
  for (i32 l = 0; l < n->layers; l++) {
    count += ((u64)n->layer[l].inputs + 1) * (u64)n->layer[l].outputs;
  }
  return 4 * count;
}

#endif
