import { attribute, probeActivations } from '../attribution/attribute';
import { encodedFeatures } from '../attribution/featureCodes';
import type { AttributionMatrix } from '../attribution/matrix';
import type { DataSet } from '../data/dataSet';
import type { Engine } from '../engine/engine';
import { measureMatrix } from '../measures/measure';
import { nullOf, type NullDistribution } from '../measures/null';
import { MEASURES, type MeasureId } from '../measures/table';
import { hiddenWidths } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { stream } from '../random/streams';
import type { Pace } from '../stop';
import type { ExperimentContext } from './context';
import type { MaybeNumber, MeasuredMean, MetricsRow } from './metricsRow';

/** What a meter reads of a specimen: the measured part of a row, and the matrix behind it. */
export interface Reading {
  readonly attribution: AttributionMatrix;
  readonly metrics: Pick<MetricsRow, 'testLoss' | 'r2' | 'completenessError' | 'measures'>;
}

/** Measures specimens of one experiment; remembers the nulls of the widths that it has seen. */
export class SpecimenMeter {
  private readonly nulls = new Map<string, Record<MeasureId, NullDistribution>>();
  private readonly codes;

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {
    this.codes = encodedFeatures(context.encoder);
  }

  /** Attribution, measures and test error of a specimen in evaluation mode. */
  async read(specimen: Specimen, test: DataSet, pace: Pace): Promise<Reading> {
    const { specification, encoder } = this.context;
    const attribution = attribute(encoder, specimen, specification.attribution);
    const predictions = await this.engine.predict(specimen, test.inputs, pace);
    return {
      attribution,
      metrics: {
        ...predictionError(predictions, test),
        completenessError: attribution.completenessError,
        measures: this.measure(specimen, attribution),
      },
    };
  }

  private measure(
    specimen: Specimen,
    attribution: AttributionMatrix,
  ): Record<MeasureId, MeasuredMean> {
    const { measures, specimen: net } = this.context.specification;
    const measured = measureMatrix(attribution, {
      activations:
        net.activation === 'relu' ? probeActivations(this.context.encoder, specimen) : undefined,
      threshold: measures.threshold,
      compatibility: measures.compatibility,
    });
    const nulls = this.nullOf(hiddenWidths(specimen.layout));
    const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => {
      const { net: whole, layers } = measured[id];
      return [
        id,
        {
          mean: maybe(whole.mean),
          layers: layers.map(({ mean }) => maybe(mean)),
          missing: whole.missing,
          null: maybe(nulls[id].mean),
        },
      ];
    });
    return Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>;
  }

  /** The null of nets of these widths, from a stream of its own: the same for every seed and arm. */
  private nullOf(widths: readonly number[]): Record<MeasureId, NullDistribution> {
    const key = widths.join('-');
    let found = this.nulls.get(key);
    if (!found) {
      const { measures, specimen, seeds } = this.context.specification;
      found = nullOf(this.codes, stream(seeds[0], 'null', key), {
        widths,
        repetitions: measures.nullRepetitions,
        activation: specimen.activation,
        threshold: measures.threshold,
      });
      this.nulls.set(key, found);
    }
    return found;
  }
}

/**
 * Mean squared error over samples and outputs, and R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², with ȳ the mean of
 * each output; null where the targets do not vary.
 */
export function predictionError(
  predictions: Float32Array,
  { targets, samples, outputDim }: DataSet,
): { testLoss: number; r2: MaybeNumber } {
  let residual = 0;
  let total = 0;
  for (let o = 0; o < outputDim; o++) {
    let mean = 0;
    for (let i = o; i < targets.length; i += outputDim) mean += targets[i];
    mean /= samples;
    for (let i = o; i < targets.length; i += outputDim) {
      residual += (targets[i] - predictions[i]) ** 2;
      total += (targets[i] - mean) ** 2;
    }
  }
  return { testLoss: residual / targets.length, r2: maybe(1 - residual / total) };
}

function maybe(x: number): MaybeNumber {
  return Number.isFinite(x) ? x : null;
}
