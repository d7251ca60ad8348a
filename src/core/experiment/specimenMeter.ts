import { attribute, probeActivations } from '../attribution/attribute';
import type { AttributionMatrix } from '../attribution/matrix';
import { reusedBuffer } from '../attribution/buffers';
import type { DataSet } from '../data/dataSet';
import type { Engine } from '../engine/engine';
import { measureMatrix } from '../measures/measure';
import { MEASURES, type MeasureId } from '../measures/table';
import { isRelu } from '../network/layout';
import type { Specimen } from '../network/specimen';
import type { Pace } from '../stop';
import type { ExperimentContext } from './context';
import type { MaybeNumber, MeasuredMean, MetricsRow } from './metricsRow';
import { predictionError, targetVariation } from './predictionError';

/** Measurements of a specimen: the measured part of its row, and its matrix. */
export interface Reading {
  readonly attribution: AttributionMatrix;
  readonly metrics: Pick<MetricsRow, 'testLoss' | 'r2' | 'completenessError' | 'measures'>;
}

/** Measures specimens of one experiment. */
export class SpecimenMeter {
  private readonly variations = new WeakMap<DataSet, number>();
  private readonly matrixBuffer = reusedBuffer();
  private readonly scratchBuffer = reusedBuffer();
  private readonly probeBuffer = reusedBuffer();

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {}

  /**
   * Attribution, measures and test error of a specimen in evaluation mode.
   * @param keep whether the matrix must remain valid when the next specimen is measured
   */
  async read(specimen: Specimen, test: DataSet, pace: Pace, keep = true): Promise<Reading> {
    const { specification, encoder } = this.context;
    const attribution = attribute(
      encoder,
      specimen,
      specification.attribution,
      this.engine.attribution,
      { matrix: keep ? undefined : this.matrixBuffer, scratch: this.scratchBuffer },
    );
    const predictions = await this.engine.predict(specimen, test.inputs, pace);
    return {
      attribution,
      metrics: {
        ...predictionError(predictions, test, this.variationOf(test)),
        completenessError: attribution.completenessError,
        measures: this.measure(specimen, attribution),
      },
    };
  }

  private variationOf(test: DataSet): number {
    const variation = this.variations.get(test) ?? targetVariation(test);
    this.variations.set(test, variation);
    return variation;
  }

  private measure(
    specimen: Specimen,
    attribution: AttributionMatrix,
  ): Record<MeasureId, MeasuredMean> {
    const { specification, nulls } = this.context;
    const { measures, specimen: net } = specification;
    const measured = measureMatrix(
      attribution,
      {
        activations: isRelu(net.activation)
          ? probeActivations(
              this.context.encoder,
              specimen,
              this.engine.attribution,
              this.probeBuffer,
            )
          : undefined,
        threshold: measures.threshold,
        compatibility: measures.compatibility,
      },
      this.engine.measures,
    );
    const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => {
      const { net: whole, layers } = measured[id];
      return [
        id,
        {
          mean: maybe(whole.mean),
          layers: layers.map(({ mean }) => maybe(mean)),
          missing: whole.missing,
          null: nulls.measures[id]?.mean ?? null,
        },
      ];
    });
    return Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>;
  }
}

function maybe(x: number): MaybeNumber {
  return Number.isFinite(x) ? x : null;
}
