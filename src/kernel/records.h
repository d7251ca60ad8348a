/*
 * What the host writes before a call, and the kernel reads. scripts/kernel.mjs makes of this file the
 * types by which TypeScript writes these records, and assertions by which the C compiler checks that
 * both agree on where each field stands: there are fields of four bytes and nothing else in them.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "memory.h"

/* A network, and what it is placed for. */
typedef struct {
  /* Layers of weights. */
  u32 layers;
  /* u32 [layers + 1] */
  ref widths;
  /* u32 [layers]: 1 where what the layer hands on is rectified. */
  ref relu;
  /* Rows that are computed at once. */
  u32 batch;
  /* 1 for training. */
  u32 training;
  /* 1 where hidden units are dropped in training. */
  u32 drops;
} Shape;

/* Training a placed network. */
typedef struct {
  ref network;
  u32 samples;
  /* f32 [samples, inputs] */
  ref inputs;
  /* f32 [samples, outputs] */
  ref targets;
  /* u32 [samples]: the samples in the order of the epoch. */
  ref order;
  /* f64 [steps]: mean squared errors of the batches before they are learned from. */
  ref losses;
  /* AdamFactors [steps] */
  ref factors;
  /* Dropout; 0: there is none. */
  ref dropout;
  /* How far a step goes, a Phase: less than all of it only to see what it costs. */
  u32 until;
} Training;

/* What a step of Adam multiplies with, rounded to float32. */
typedef struct {
  /* -lr / (1 - beta1^t) */
  f32 rate;
  /* sqrt(1 - beta2^t) */
  f32 divisor;
  /* 1 - beta1 */
  f32 mean_rate;
  /* beta2 */
  f32 keep;
  /* 1 - beta2 */
  f32 square_rate;
  f32 epsilon;
} AdamFactors;

/* How units are dropped. */
typedef struct {
  /* u32 [4 words, 4 lanes]: the generators, see ../core/random/xoshiro.ts. */
  ref state;
  /* Units whose draw is below are dropped. */
  u32 threshold;
  /* The others are multiplied with it. */
  f32 scale;
} Dropout;

/* Samples to predict. */
typedef struct {
  ref network;
  u32 samples;
  /* f32 [samples, inputs] */
  ref inputs;
  /* f32 [samples, outputs] */
  ref outputs;
} Prediction;

/* A network whose inputs are features, and what is read of its hidden neurons. */
typedef struct {
  /* Hidden layers. */
  u32 layers;
  /* u32 [layers + 1]: features, then neurons. */
  ref widths;
  /* u32 [layers] */
  ref relu;
  /* f32: weights [outputs, inputs] and biases of each layer. */
  ref parameters;
  /* The first layer that is read. */
  u32 from;
  /* Whether neurons are read behind their activation. */
  u32 rectified;
  /* Whether what they put out at 0 is subtracted. */
  u32 from_baseline;
  /* f64 [nodes, 2]: places on the path, and their weights. */
  ref quadrature;
  u32 nodes;
  /* f64 [neurons, features] */
  ref out;
  /* Memory to work in, and how much of it there is. */
  ref scratch;
  u32 scratch_bytes;
} Reading;

/* The inversion of a feature model. */
typedef struct {
  u32 layers;
  /* SparseLayer [layers] */
  ref layer;
  u32 inputs;
  /* f64 [5]: 2 / F, 1 - beta1, beta2, 1 - beta2, epsilon. */
  ref constants;
  /* f64 [tiles, 3 inputs + F, TILE]: seeds, mean gradients, mean squares, wanted features. */
  ref state;
  u32 tiles;
  u32 steps;
  /* f64 [steps, 2]: -lr / (1 - beta1^t), sqrt(1 - beta2^t). */
  ref factors;
  /* f64 [TILE]: a row on its way. */
  ref row;
} Inversion;

/* A hidden layer of the feature model: its weights that are not 0, row by row, and those transposed. */
typedef struct {
  u32 rows;
  u32 relu;
  /* f64 [rows] */
  ref biases;
  /* u32 [rows + 1]: where each row's entries begin. */
  ref starts;
  /* f64 [entries] */
  ref entries;
  /* u32 [entries]: the row of what comes in that the entry is multiplied with. */
  ref columns;
  ref back_starts;
  ref back_entries;
  ref back_columns;
  /* f64 [rows, TILE]: what the layer hands on. */
  ref values;
  /* f64 [rows, TILE]: d loss / d feature. */
  ref deltas;
} SparseLayer;

/* A product alone, to see how fast it is: the memory holds numbers of any kind. */
typedef struct {
  u32 rows;
  u32 inner;
  u32 columns;
  /* Whether half of the left factor is 0, and left out. */
  u32 nonzero;
  u32 repeats;
  ref scratch;
  u32 scratch_bytes;
} Trial;

#endif
