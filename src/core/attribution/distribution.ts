import { counted } from '../counted';
import { invalid } from '../errors';
import { isRelu, neuronCount, type Network } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { plainArithmetic, type AttributionArithmetic } from './arithmetic';
import { reusedBuffer, type GetBuffer } from './buffers';
import type { ComposedNetwork } from './circuit';
import { specimenMatrix } from './attribute';
import type { AttributionMatrix, RowKind } from './matrix';
import type { ProbeInputs, SampleRows } from './sampleRows';

/** Mean effects of removing a feature from the samples of the data. */
export interface DistributionEffects {
  /** `[neurons, features]`: mean over all samples of n(c) − n(c with c_f = 0). */
  readonly signed: Float64Array;
  /** `[neurons, features]`: mean of its magnitude. */
  readonly absolute: Float64Array;
}

/** How hidden neurons respond to the samples of the data. */
export interface DataActivity {
  readonly samples: number;
  /** `[neurons]`: mean output, after the activation. */
  readonly mean: Float64Array;
  /** `[neurons]`: share of samples whose output is above 0. */
  readonly firing: Float64Array;
  /**
   * `[neurons, features]`: mean output over the samples that have the feature, c_f ≠ 0; NaN for a feature
   * that no sample has. Empty unless requested.
   */
  readonly present: Float64Array;
}

/** What a pass over the samples gives. */
export interface DistributionReading {
  /** Of the requested kinds of rows. */
  readonly effects: Readonly<Partial<Record<RowKind, DistributionEffects>>>;
  readonly activity: DataActivity;
}

/** Options of {@link readDistribution}. */
export interface DistributionOptions {
  /** Kinds of rows to compute effects for; without any, only the activity is computed. */
  readonly kinds: readonly RowKind[];
  /** Whether to compute `activity.present`, which is empty otherwise. */
  readonly byFeature?: boolean;
  /** Does not change any number. */
  readonly arithmetic?: AttributionArithmetic;
  /** For values that are needed only during the call. */
  readonly buffer?: GetBuffer;
}

/**
 * Runs a specimen without dropout on samples, and on copies that lack one feature each. Neurons are computed in
 * float32, in training's order of operations, like those of the other probes; differences and sums in float64.
 * @throws LabError when the specimen's inputs differ from the encoder's outputs
 */
export function readDistribution(
  specimen: Network,
  inputs: ProbeInputs,
  {
    kinds,
    byFeature = false,
    arithmetic = plainArithmetic,
    buffer = reusedBuffer(),
  }: DistributionOptions,
): DistributionReading {
  const { layout } = specimen;
  const { features, inputDim, samples } = inputs;
  if (layout.widths[0] !== inputDim) {
    throw invalid(
      `the encoder has ${counted(inputDim, 'output')}, but the specimen has ${counted(layout.widths[0], 'input')}`,
    );
  }
  const neurons = neuronCount(layout);
  const relu = layout.activations.flatMap((activation, l) =>
    new Array<boolean>(layout.widths[l + 1]).fill(isRelu(activation)),
  );
  const sums = new NeuronSums(neurons, features, kinds, byFeature);
  inputs.forEachChunk((chunk) => {
    const values = arithmetic.responses(behind(chunk, specimen, inputDim), {
      from: 1,
      rectified: false,
      fromBaseline: false,
      buffer,
    });
    for (let k = 0; k < neurons; k++) sums.add(k, relu[k], chunk, values);
  });
  return sums.means(samples, inputs.present);
}

/** The matrix of mean effects; its values are the magnitudes, which measures are computed from. */
export function distributionMatrix(
  specimen: Specimen,
  features: number,
  rows: RowKind,
  { effects }: DistributionReading,
): AttributionMatrix {
  const found = effects[rows];
  if (!found) throw new Error(`the ${rows} rows were not read`);
  return { ...specimenMatrix(specimen, features, rows, found.absolute, 0), signed: found.signed };
}

/** A network whose response to feature r alone is the specimen's response to row r. */
function behind(
  { inputs, rows }: SampleRows,
  { layout, parameters }: Network,
  inputDim: number,
): ComposedNetwork {
  return {
    layout: {
      widths: [rows, inputDim, ...layout.widths.slice(1)],
      activations: ['linear', ...layout.activations],
    },
    pieces: [inputs, parameters],
    get parameters() {
      const whole = new Float32Array(inputs.length + parameters.length);
      whole.set(inputs);
      whole.set(parameters, inputs.length);
      return whole;
    },
  };
}

/** Sums over samples of each neuron and feature. */
class NeuronSums {
  private readonly effects: DistributionReading['effects'];
  /** `[neurons, features]`, or empty. */
  private readonly present: Float64Array;
  /** `[neurons]` */
  private readonly total: Float64Array;
  /** `[neurons]` */
  private readonly firing: Float64Array;

  constructor(
    neurons: number,
    private readonly features: number,
    kinds: readonly RowKind[],
    byFeature: boolean,
  ) {
    const zeros = (): Float64Array => new Float64Array(neurons * features);
    this.effects = Object.fromEntries(
      kinds.map((kind) => [kind, { signed: zeros(), absolute: zeros() }]),
    );
    this.present = byFeature ? zeros() : new Float64Array(0);
    this.total = new Float64Array(neurons);
    this.firing = new Float64Array(neurons);
  }

  /** Adds a chunk's responses of neuron k. @param values `[neurons, rows]`, before the activation */
  add(k: number, relu: boolean, chunk: SampleRows, values: Float64Array): void {
    const { rows, samples } = chunk;
    const own = values.subarray(k * rows, (k + 1) * rows);
    const at = k * this.features;
    const floor = relu ? 0 : -Infinity;
    const { present } = this;
    const { 'pre-activation': before, 'post-activation': after } = this.effects;
    if (present.length > 0) addWithOutputs(own, chunk, at, floor, present, before);
    else if (before) addDifferences(own, chunk, at, before);
    let total = 0;
    let firing = 0;
    for (let s = 0; s < samples; s++) {
      // Without branches, which would be mispredicted half of the time.
      const output = Math.max(own[s], floor);
      total += output;
      firing += Number(output > 0);
    }
    this.total[k] += total;
    this.firing[k] += firing;
    if (!after) return;
    for (let r = 0; r < rows; r++) own[r] = Math.max(own[r], floor);
    addDifferences(own, chunk, at, after);
  }

  /** @param counts `[features]`: number of samples that have the feature */
  means(samples: number, counts: Uint32Array): DistributionReading {
    const { effects, features, present, total, firing } = this;
    for (const sums of [
      total,
      firing,
      ...Object.values(effects).flatMap(({ signed, absolute }) => [signed, absolute]),
    ]) {
      for (let i = 0; i < sums.length; i++) sums[i] /= samples;
    }
    // 0 / 0 is NaN for a feature that no sample has.
    for (let i = 0; i < present.length; i++) present[i] /= counts[i % features];
    return { effects, activity: { samples, mean: total, firing, present } };
  }
}

/** Sums of differences, per feature. */
function addDifferences(
  values: Float64Array,
  { starts, whole }: SampleRows,
  at: number,
  { signed, absolute }: DistributionEffects,
): void {
  const features = starts.length - 1;
  let r = starts[0];
  for (let f = 0; f < features; f++) {
    const end = starts[f + 1];
    let sum = 0;
    let magnitude = 0;
    for (; r < end; r++) {
      const difference = values[whole[r]] - values[r];
      sum += difference;
      magnitude += Math.abs(difference);
    }
    signed[at + f] += sum;
    absolute[at + f] += magnitude;
  }
}

/** Sums of the outputs of samples that have the feature, and of differences in the same pass. */
function addWithOutputs(
  values: Float64Array,
  { starts, whole }: SampleRows,
  at: number,
  floor: number,
  present: Float64Array,
  effects: DistributionEffects | undefined,
): void {
  const features = starts.length - 1;
  let r = starts[0];
  for (let f = 0; f < features; f++) {
    const end = starts[f + 1];
    let sum = 0;
    let magnitude = 0;
    let outputs = 0;
    for (; r < end; r++) {
      const value = values[whole[r]];
      const difference = value - values[r];
      sum += difference;
      magnitude += Math.abs(difference);
      outputs += Math.max(value, floor);
    }
    present[at + f] += outputs;
    if (!effects) continue;
    effects.signed[at + f] += sum;
    effects.absolute[at + f] += magnitude;
  }
}
