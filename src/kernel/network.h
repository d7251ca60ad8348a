/* A network in memory: its layers, the state of Adam, and buffers for a batch. */
#ifndef NETWORK_H
#define NETWORK_H

#include "adam.h"
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
  bool training;
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

/* Copies flat parameters, layer by layer weights [outputs, inputs] and biases, into the network. */
static void write_parameters(Kernel *k, Network *n, const f32 *flat) {
  for (i32 l = 0; l < n->layers; l++) {
    Layer *layer = &n->layer[l];
    turn(k, flat, layer->outputs, layer->inputs, layer->columns);
    for (i32 o = 0; o < layer->outputs; o++) {
      if (stopped(k, (u64)layer->inputs)) return;
      if (layer->weights.at) __builtin_memcpy(row_of(layer->weights, o), flat, 4 * (size_t)layer->inputs);
      flat += layer->inputs;
    }
    __builtin_memcpy(layer->biases, flat, 4 * (size_t)layer->outputs);
    flat += layer->outputs;
  }
}

/* Copies the parameters of the network, flat, as write_parameters takes them. */
static void read_parameters(Kernel *k, const Network *n, f32 *flat) {
  for (i32 l = 0; l < n->layers; l++) {
    const Layer *layer = &n->layer[l];
    for (i32 o = 0; o < layer->outputs; o++) {
      if (stopped(k, 8 * (u64)layer->inputs)) return;
      if (layer->weights.at) __builtin_memcpy(flat, row_of(layer->weights, o), 4 * (size_t)layer->inputs);
      else for (i32 i = 0; i < layer->inputs; i++) flat[i] = row_of(layer->columns, i)[o];
      flat += layer->inputs;
    }
    __builtin_memcpy(flat, layer->biases, 4 * (size_t)layer->outputs);
    flat += layer->outputs;
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
