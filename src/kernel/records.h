/*
 * Records that the host writes and the kernel reads. From this file scripts/kernel.mjs generates the layout
 * by which TypeScript writes them, and assertions by which the C compiler checks the offset of every field.
 * So every field must have four bytes.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "memory.h"

/* The shape of a network, and the buffers that it needs. */
typedef struct {
  /* Layers of weights. */
  u32 layers;
  /* u32 [layers + 1] */
  ref widths;
  /* u32 [layers]: 1 if the output of the layer is rectified. */
  ref relu;
  /* Number of rows that are computed at once. */
  u32 batch;
  /* 1 for training. */
  u32 training;
  /* 1 if hidden units are dropped in training. */
  u32 drops;
  /* 1 if some parameters are held at 0. */
  u32 masked;
  /* 1 if the movement of parameters is recorded. */
  u32 moves;
} Shape;

/* The training of a placed network. */
typedef struct {
  ref network;
  u32 samples;
  /* f32 [samples, inputs] */
  ref inputs;
  /* f32 [samples, outputs] */
  ref targets;
  /* u32 [samples]: the samples in the order of the epoch. */
  ref order;
  /* f64 [steps]: mean squared error of each batch before its update. */
  ref losses;
  /* AdamFactors [steps] */
  ref factors;
  /* Dropout, or 0 for none. */
  ref dropout;
  /* Treatment, or 0 for Adam on the mean squared error of all parameters. */
  ref treatment;
  /* Last Phase of a step; all but WHOLE are for timing. */
  u32 until;
} Training;

/* Factors of a step of Adam, rounded to float32. */
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

/* How training differs from Adam on the mean squared error. */
typedef struct {
  /* Rule of the optimiser, see update.h. SGD reads only the rate of AdamFactors, which is then -lr. */
  u32 rule;
  /* Weight decay: the parameters' share in gradients, 0 for none; of ADAMW the factor of parameters. */
  f32 decay;
  /* Of SGD; 0 for none. */
  f32 momentum;
  /* Penalty on activations: lambda times the factor of units that dropout keeps; 0 for none. */
  f32 activations;
  /* Penalty on weights: lambda; 0 for none. */
  f32 weights;
} Treatment;

/* Parameters of dropout. */
typedef struct {
  /* u32 [4 words, 4 lanes]: the generators, see ../core/random/xoshiro.ts. */
  ref state;
  /* Units with a smaller draw are dropped. */
  u32 threshold;
  /* Factor of the units that are kept. */
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

/* A network whose inputs are features, and the attributions to compute for its hidden neurons. */
typedef struct {
  /* Hidden layers. */
  u32 layers;
  /* u32 [layers + 1]: features, then neurons. */
  ref widths;
  /* u32 [layers] */
  ref relu;
  /* f32: weights [outputs, inputs] and biases of each layer. */
  ref parameters;
  /* First layer whose neurons are included. */
  u32 from;
  /* Whether values are taken after the activation. */
  u32 rectified;
  /* Whether the value without any feature is subtracted. */
  u32 from_baseline;
  /* f64 [nodes, 2]: points of the path, and their weights. */
  ref quadrature;
  u32 nodes;
  /* f64 [neurons, features] */
  ref out;
  /* Memory for intermediate results, and its size in bytes. */
  ref scratch;
  u32 scratch_bytes;
} Reading;

/* Rows of a matrix to measure. */
typedef struct {
  u32 rows;
  u32 features;
  /* f64 [rows, features]: magnitudes in [0, 1]. */
  ref scaled;
  /* f64 [rows]: sum of -a ln a of each row. */
  ref logs;
  /* f64 [rows]: Gini coefficient of each row, NaN if it is 0. */
  ref ginis;
  ref scratch;
  u32 scratch_bytes;
} RowStatistics;

/* Columns of a matrix, whose products to compute for each layer of rows. */
typedef struct {
  u32 features;
  u32 layers;
  /* u32 [layers]: index after the last row of each layer. */
  ref ends;
  /* f64 [rows, features] */
  ref values;
  /* f64 [features]: divisors of the columns; a column whose divisor is 0 counts as 0. */
  ref peaks;
  /* f64 [layers, stride, stride], stride = features rounded up to 32: on and above the diagonal. */
  ref out;
  ref scratch;
  u32 scratch_bytes;
} Grams;

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
  /* f64 [TILE]: memory for one row. */
  ref row;
} Inversion;

/* A hidden layer of the feature model: its nonzero weights row by row, and their transpose. */
typedef struct {
  u32 rows;
  u32 relu;
  /* f64 [rows] */
  ref biases;
  /* u32 [rows + 1]: index of the first entry of each row. */
  ref starts;
  /* f64 [entries] */
  ref entries;
  /* u32 [entries]: the row of the input that the entry multiplies. */
  ref columns;
  ref back_starts;
  ref back_entries;
  ref back_columns;
  /* f64 [rows, TILE]: output of the layer. */
  ref values;
  /* f64 [rows, TILE]: d loss / d feature. */
  ref deltas;
} SparseLayer;

/* A product to be timed, of matrices with arbitrary content. */
typedef struct {
  u32 rows;
  u32 inner;
  u32 columns;
  /* Whether zeros of the left factor are left out. */
  u32 nonzero;
  u32 repeats;
  ref scratch;
  u32 scratch_bytes;
} Trial;

#endif
