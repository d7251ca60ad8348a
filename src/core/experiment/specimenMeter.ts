import { attribute, probeActivations } from '../attribution/attribute';
import {
  distributionMatrix,
  readDistribution,
  type DistributionReading,
} from '../attribution/distribution';
import type { AttributionMatrix } from '../attribution/matrix';
import { reusedBuffer } from '../attribution/buffers';
import { inputsAlone, type ProbeInputs } from '../attribution/sampleRows';
import type { DataSet } from '../data/dataSet';
import type { Engine } from '../engine/engine';
import {
  ACTIVITIES,
  measureActivity,
  summariseActivity,
  type ActivityId,
} from '../measures/activity';
import type { MeasuredMatrix } from '../measures/check';
import { isOfSingleNeurons, measureMatrix } from '../measures/measure';
import { MEASURES, type MeasureId } from '../measures/table';
import { isRelu, type Network } from '../network/layout';
import type { Specimen } from '../network/specimen';
import type { Pace } from '../stop';
import type { ExperimentContext } from './context';
import type { NeuronValues } from './effectParts';
import type {
  ActivityMean,
  MaybeNumber,
  MeasuredMean,
  MetricsRow,
  ReadingMetrics,
} from './metricsRow';
import { predictionError, targetVariation } from './predictionError';
import { distributionInputs, probedEncoder, required } from './probeData';
import {
  isOfEveryEpoch,
  measuresActivity,
  probeKey,
  probeSamples,
  readingsOf,
  type Reading,
} from './readings';
import { nullOfReading } from './runNull';

/** Measurements of a specimen: the measured part of its row, and its matrices. */
export interface MeteredSpecimen {
  /** Of the first reading; undefined if that was not made. */
  readonly attribution?: AttributionMatrix;
  /** By key, of the other readings that were made; absent if there are none. */
  readonly readings?: Readonly<Record<string, AttributionMatrix>>;
  readonly metrics: Pick<
    MetricsRow,
    'testLoss' | 'r2' | 'completenessError' | 'measures' | 'readings' | 'activity'
  >;
  /** Of measures of single neurons, by key of the readings that were made. */
  readonly neurons: NeuronValues;
}

/** How to measure a specimen. */
export interface MeterOptions {
  /** Whether the matrices must remain valid when the next specimen is measured; by default they do. */
  readonly keep?: boolean;
  /** Whether to make the readings that are not of every epoch; by default all are made. */
  readonly all?: boolean;
}

/** A reading of a specimen. */
interface MadeReading {
  readonly matrix: AttributionMatrix;
  readonly metrics: ReadingMetrics;
  readonly neurons: ReadonlyMap<MeasureId, Float64Array>;
}

/** Measures specimens of one experiment. */
export class SpecimenMeter {
  private readonly variations = new WeakMap<DataSet, number>();
  private readonly matrixBuffer = reusedBuffer();
  private readonly scratchBuffer = reusedBuffer();
  private readonly probeBuffer = reusedBuffer();
  private readonly made: readonly [Reading, ...Reading[]];
  /** By probe. */
  private readonly encoders = new Map<string, Network>();
  private sampled: ProbeInputs | undefined;

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {
    this.made = readingsOf(context.specification);
  }

  /** Key of the first reading, whose columns have no prefix. */
  get firstKey(): string {
    return this.made[0].key;
  }

  /** Attribution, measures and test error of a specimen in evaluation mode. */
  async read(
    specimen: Specimen,
    test: DataSet,
    pace: Pace,
    { keep = true, all = true }: MeterOptions = {},
  ): Promise<MeteredSpecimen> {
    const onData = all ? this.readData(specimen) : undefined;
    const found = this.readAll(specimen, onData, keep);
    const predictions = await this.engine.predict(specimen, test.inputs, pace);
    const [first] = this.made;
    const own = found.get(first.key);
    const neurons = new Map([...found].map(([key, reading]) => [key, reading.neurons]));
    found.delete(first.key);
    const others = [...found];
    const activity = measuresActivity(this.context.specification) ? onData : undefined;
    return {
      ...(own && { attribution: own.matrix }),
      ...(others.length > 0 && {
        readings: Object.fromEntries(others.map(([key, { matrix }]) => [key, matrix])),
      }),
      metrics: {
        ...predictionError(predictions, test, this.variationOf(test)),
        completenessError: own?.metrics.completenessError ?? 0,
        measures: own?.metrics.measures ?? this.notMeasured(),
        ...(others.length > 0 && {
          readings: Object.fromEntries(others.map(([key, { metrics }]) => [key, metrics])),
        }),
        ...(activity && { activity: this.activityOf(specimen, activity) }),
      },
      neurons,
    };
  }

  private variationOf(test: DataSet): number {
    const variation = this.variations.get(test) ?? targetVariation(test);
    this.variations.set(test, variation);
    return variation;
  }

  /** The readings by key, in order; those of the data only if these were read. */
  private readAll(
    specimen: Specimen,
    onData: DistributionReading | undefined,
    keep: boolean,
  ): Map<string, MadeReading> {
    const found = new Map<string, MadeReading>();
    // Both kinds of rows of a probe have the same activations.
    let last: { probe: string; activations: MeasuredMatrix | undefined } | undefined;
    for (const reading of this.made) {
      if (!isOfEveryEpoch(reading) && !onData) continue;
      const matrix = this.matrixOf(specimen, reading, onData, keep);
      const probe = probeKey(reading);
      if (last?.probe !== probe) {
        last = { probe, activations: this.activationsOf(specimen, reading, matrix, onData) };
      }
      const { measures, neurons } = this.measure(matrix, last.activations, reading);
      const { completenessError } = matrix;
      found.set(reading.key, { matrix, metrics: { completenessError, measures }, neurons });
    }
    return found;
  }

  private matrixOf(
    specimen: Specimen,
    reading: Reading,
    onData: DistributionReading | undefined,
    keep: boolean,
  ): AttributionMatrix {
    const { rows } = reading;
    if (onData && reading.probe === 'distribution') {
      return distributionMatrix(specimen, this.features, rows, onData);
    }
    const { attribution } = this.context.specification;
    return attribute(
      this.encoderOf(reading),
      specimen,
      { ...attribution, rows },
      this.engine.attribution,
      { matrix: keep ? undefined : this.matrixBuffer, scratch: this.scratchBuffer },
    );
  }

  /** Outputs that the features cause, for measures of activations; undefined if none are rectified. */
  private activationsOf(
    specimen: Specimen,
    reading: Reading,
    matrix: AttributionMatrix,
    onData: DistributionReading | undefined,
  ): MeasuredMatrix | undefined {
    if (!isRelu(this.context.specification.specimen.activation)) return undefined;
    if (onData && reading.probe === 'distribution') {
      return { ...matrix, rows: 'post-activation', values: onData.activity.present };
    }
    const { attribution } = this.engine;
    return probeActivations(this.encoderOf(reading), specimen, attribution, this.probeBuffer);
  }

  private get features(): number {
    return this.context.encoder.layout.widths[0];
  }

  private encoderOf(reading: Reading): Network {
    const { encoder, probes } = this.context;
    const key = probeKey(reading);
    let found = this.encoders.get(key);
    if (!found) this.encoders.set(key, (found = probedEncoder(encoder, reading, probes)));
    return found;
  }

  /** Runs the specimen on samples, if that is needed. */
  private readData(specimen: Specimen): DistributionReading | undefined {
    const { specification } = this.context;
    if (!measuresActivity(specification)) return undefined;
    const kinds = this.made.flatMap(({ probe, rows }) => (probe === 'distribution' ? [rows] : []));
    this.sampled ??= this.samplesToRead(kinds.length > 0);
    return readDistribution(specimen, this.sampled, {
      kinds,
      byFeature: true,
      arithmetic: this.engine.attribution,
      buffer: this.scratchBuffer,
    });
  }

  private samplesToRead(needsCoefficients: boolean): ProbeInputs {
    const { specification, encoder, data, probes } = this.context;
    const samples = probeSamples(specification);
    return probes || needsCoefficients
      ? distributionInputs(encoder, required(probes), samples)
      : inputsAlone(data.inputs, data.inputDim, this.features, samples);
  }

  private activityOf(
    { layout }: Specimen,
    { activity }: DistributionReading,
  ): Record<ActivityId, ActivityMean> {
    const relu = layout.activations.flatMap((activation, l) =>
      new Array<boolean>(layout.widths[l + 1]).fill(isRelu(activation)),
    );
    const values = measureActivity(activity, this.features, relu);
    let start = 0;
    const layers = layout.widths.slice(1, -1).map((width, layer) => {
      return { layer, start, end: (start += width) };
    });
    const entries = ACTIVITIES.map(({ id }): [ActivityId, ActivityMean] => {
      const summary = summariseActivity(values[id], layers);
      return [id, { mean: maybe(summary.net), layers: summary.layers.map(maybe) }];
    });
    return Object.fromEntries(entries) as Record<ActivityId, ActivityMean>;
  }

  private nullLevels(reading: Reading): (id: MeasureId) => MaybeNumber {
    const [first] = this.made;
    const key = reading.key === first.key ? undefined : reading.key;
    const own = nullOfReading(this.context.nulls, key);
    return (id) => own?.measures[id]?.mean ?? null;
  }

  private measure(
    attribution: AttributionMatrix,
    activations: MeasuredMatrix | undefined,
    reading: Reading,
  ): {
    readonly measures: Record<MeasureId, MeasuredMean>;
    readonly neurons: ReadonlyMap<MeasureId, Float64Array>;
  } {
    const { threshold, compatibility } = this.context.specification.measures;
    const options = { activations, threshold, compatibility };
    const measured = measureMatrix(attribution, options, this.engine.measures);
    const levelOf = this.nullLevels(reading);
    const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => {
      const { net: whole, layers } = measured[id];
      return [
        id,
        {
          mean: maybe(whole.mean),
          layers: layers.map(({ mean }) => maybe(mean)),
          missing: whole.missing,
          null: levelOf(id),
        },
      ];
    });
    const neurons = new Map<MeasureId, Float64Array>();
    for (const measure of MEASURES) {
      const values = measured[measure.id];
      if (isOfSingleNeurons(measure) && values.level === 'neuron') {
        neurons.set(measure.id, values.perNeuron);
      }
    }
    return { measures: Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>, neurons };
  }

  /** The columns of the first reading where it was not made. */
  private notMeasured(): Record<MeasureId, MeasuredMean> {
    const levelOf = this.nullLevels(this.made[0]);
    const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => [
      id,
      { mean: null, layers: [], missing: 0, null: levelOf(id) },
    ]);
    return Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>;
  }
}

function maybe(x: number): MaybeNumber {
  return Number.isFinite(x) ? x : null;
}
