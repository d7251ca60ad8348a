import type { Specimen } from '../../core/network/specimen';
import type { ColourScale } from '../../figures/colour/colourTable';
import type { Picture } from '../../figures/matrix/compose';
import { type MeasuredMatrix, NEURON_MEASURES, whyUndefined } from '../../figures/matrix/measured';
import { neuronAt, type NeuronIndex } from '../../figures/matrix/neuronIndex';
import type { Stop } from '../../figures/matrix/track';
import { weightsOf } from '../../figures/matrix/weights';
import type { MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import type { Profile } from './profilePanel';
import type { MatrixSource } from './source';

/** What a profile shows besides the picture's own data. */
interface ProfileFacts {
  readonly scale: ColourScale;
  readonly stops: readonly Stop[];
  readonly current: number;
  /** The measure of the neuron at each stop. */
  readonly trace: readonly number[];
  readonly weights: Specimen | string | undefined;
  readonly about: Pick<MatrixSeries, 'activation' | 'alone'>;
}

/** The profile of a neuron. */
export function profileOf(
  measured: MeasuredMatrix,
  { measure, neurons }: Picture,
  neuronIndex: NeuronIndex,
  slot: number,
  { scale, stops, current, trace, weights, about }: ProfileFacts,
): Profile {
  const { layer, unit } = neuronAt(neuronIndex, slot);
  const { matrix, rowOf } = measured;
  const row = rowOf[slot];
  const values =
    row < 0 ? [] : matrix.values.subarray(row * matrix.features, (row + 1) * matrix.features);
  const features = Array.from(values, (value, f) => ({ name: matrix.featureNames[f], value }));
  features.sort((a, b) => (Math.abs(b.value) || 0) - (Math.abs(a.value) || 0));
  const sections = stops.flatMap(({ section }, i) =>
    stops[i - 1]?.section !== section ? [i] : [],
  );
  const own =
    typeof weights === 'object' ? (row < 0 ? undefined : weightsOf(weights, layer, unit)) : weights;
  return {
    title: `Layer ${layer}, neuron ${unit}`,
    pruned: row < 0,
    measures:
      row < 0
        ? []
        : NEURON_MEASURES.map((one) => ({
            name: one.name,
            value: measured.measure(one)[row],
            missing: whyUndefined(one, about),
          })),
    features,
    scale,
    trace: { values: trace, sections, current, domain: neurons.domain },
    traceTitle: `${measure.name} over time`,
    stops: stops.map(({ label }) => label),
    weights: own,
  };
}

/** Loads the weights of the checkpoint that is shown when a profile needs them. */
export class WeightLoader {
  private known: { readonly name: string; weights: Specimen | string | undefined } | undefined;

  constructor(
    private readonly source: MatrixSource,
    private readonly arrived: () => void,
  ) {}

  /** The weights; a text that says why there are none; undefined until they are loaded. */
  of({ name, specimen }: SeriesCheckpoint): Specimen | string | undefined {
    const { source } = this;
    if (!specimen || !source.specimen) {
      return 'The weights of this checkpoint were not kept (keep.specimens).';
    }
    if (this.known?.name !== name) {
      const coming: { name: string; weights: Specimen | string | undefined } = {
        name,
        weights: undefined,
      };
      this.known = coming;
      const arrive = (weights: Specimen | string): void => {
        coming.weights = weights;
        this.arrived();
      };
      source.specimen(name).then(arrive, (error: unknown) => {
        arrive(error instanceof Error ? error.message : String(error));
      });
    }
    return this.known?.weights;
  }
}
