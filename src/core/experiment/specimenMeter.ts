import { attribute, probeActivations } from '../attribution/attribute';
import { encodedFeatures } from '../attribution/featureCodes';
import type { AttributionMatrix } from '../attribution/matrix';
import { sharedRoom } from '../attribution/room';
import type { DataSet } from '../data/dataSet';
import type { Engine } from '../engine/engine';
import { measureMatrix } from '../measures/measure';
import { nullOf } from '../measures/null';
import { MEASURES, type MeasureId } from '../measures/table';
import { hiddenWidths, isRelu } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { stream } from '../random/streams';
import { Pacer, type Pace } from '../stop';
import type { ExperimentContext } from './context';
import type { MaybeNumber, MeasuredMean, MetricsRow } from './metricsRow';
import { predictionError, targetVariation } from './predictionError';

/** The null is a property of the code and the widths, not of a run. */
const NULL_SEED = 0;

/** What random readouts score, by measure. */
type Nulls = Readonly<Record<MeasureId, MaybeNumber>>;

/** About what drawing and measuring a cell of a matrix costs, for pacing. */
const OPERATIONS_PER_CELL = 200;

/** What a meter reads of a specimen: the measured part of a row, and the matrix behind it. */
export interface Reading {
  readonly attribution: AttributionMatrix;
  readonly metrics: Pick<MetricsRow, 'testLoss' | 'r2' | 'completenessError' | 'measures'>;
}

/** Measures specimens of one experiment; remembers the nulls of the widths that it has seen. */
export class SpecimenMeter {
  private readonly nulls = new Map<string, Nulls>();
  private readonly variations = new WeakMap<DataSet, number>();
  private readonly codes;
  private readonly matrixRoom = sharedRoom();
  private readonly scratchRoom = sharedRoom();
  private readonly probeRoom = sharedRoom();

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {
    this.codes = encodedFeatures(context.encoder);
  }

  /**
   * Attribution, measures and test error of a specimen in evaluation mode.
   * @param keep whether the matrix stays as it is when the next specimen is read
   */
  async read(specimen: Specimen, test: DataSet, pace: Pace, keep = true): Promise<Reading> {
    const { specification, encoder } = this.context;
    const attribution = attribute(
      encoder,
      specimen,
      specification.attribution,
      this.engine.attribution,
      { matrix: keep ? undefined : this.matrixRoom, scratch: this.scratchRoom },
    );
    const predictions = await this.engine.predict(specimen, test.inputs, pace);
    const nulls = await this.nullsOf(hiddenWidths(specimen.layout), pace);
    return {
      attribution,
      metrics: {
        ...predictionError(predictions, test, this.variationOf(test)),
        completenessError: attribution.completenessError,
        measures: this.measure(specimen, attribution, nulls),
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
    nulls: Nulls,
  ): Record<MeasureId, MeasuredMean> {
    const { measures, specimen: net } = this.context.specification;
    const measured = measureMatrix(attribution, {
      activations: isRelu(net.activation)
        ? probeActivations(this.context.encoder, specimen, this.engine.attribution, this.probeRoom)
        : undefined,
      threshold: measures.threshold,
      compatibility: measures.compatibility,
    });
    const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => {
      const { net: whole, layers } = measured[id];
      return [
        id,
        {
          mean: maybe(whole.mean),
          layers: layers.map(({ mean }) => maybe(mean)),
          missing: whole.missing,
          null: nulls[id],
        },
      ];
    });
    return Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>;
  }

  /** The nulls of nets of these widths, from a stream of its own: the same for every seed, arm and run. */
  private async nullsOf(widths: readonly number[], pace: Pace): Promise<Nulls> {
    const key = widths.join('-');
    const known = this.nulls.get(key);
    if (known) return known;
    const { measures, specimen } = this.context.specification;
    const { threshold, nullNeurons } = measures;
    const source = stream(NULL_SEED, 'null', key);
    const pacer = new Pacer(pace);
    const neurons = widths.reduce((sum, width) => sum + width, 0);
    const cells = this.codes.features * neurons;
    const parts: ReturnType<typeof nullOf>[] = [];
    // One net at a time: together they may take a second.
    for (let drawn = 0; drawn < nullNeurons; drawn += neurons) {
      const { activation } = specimen;
      parts.push(nullOf(this.codes, source, { widths, repetitions: 1, activation, threshold }));
      await pacer.spend(OPERATIONS_PER_CELL * cells);
    }
    const nulls = Object.fromEntries(
      MEASURES.map(({ id }) => [id, pooledMean(parts.map((part) => part[id]))]),
    ) as Nulls;
    this.nulls.set(key, nulls);
    return nulls;
  }
}

/** Mean of all values behind several means; null where there are none. */
function pooledMean(
  parts: readonly { readonly mean: number; readonly count: number }[],
): MaybeNumber {
  let sum = 0;
  let total = 0;
  for (const { mean, count } of parts) {
    if (count > 0) sum += mean * count;
    total += count;
  }
  return total > 0 ? sum / total : null;
}

function maybe(x: number): MaybeNumber {
  return Number.isFinite(x) ? x : null;
}
