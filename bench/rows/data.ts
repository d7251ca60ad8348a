import { drawCoefficients } from '../../src/core/data/coefficients';
import { drawFeatureModel } from '../../src/core/data/featureModel';
import { INVERSION_DEFAULTS } from '../../src/core/data/inversion';
import { normal } from '../../src/core/random/normal';
import { stream } from '../../src/core/random/streams';
import { AUTOENCODER, widthsText } from '../architectures';
import { NOT_INSTALLED, onPytorch, type Bench } from '../bench';
import type { Cell, Row, Section } from '../report';
import { SAME_BITS, type Tolerance } from '../timing/agreement';
import { hosted, concurrently } from '../timing/contender';
import { race } from '../timing/race';
import type { InvertJob } from '../work/job';
import { COLUMNS as TRAINING_COLUMNS, trainingRow } from './training';

const SIMD = 'simd, one core';
const ALL_CORES = 'simd, all cores';
const TWIN = 'twin';
export const LOOP = 'PyTorch per sample';
const BATCHED = 'PyTorch batched';

export const INVERSION_ID = 'inversion';

const SEED = 42;
const SAMPLES = 10_000;
const FEATURES = 16;
const HIDDEN = [12, 4];
const SPARSITY = 0.5;
const CHECKED = { ours: 256, loop: 2, batched: 256 };
/** Float32 on one side, float64 on the other, a thousand steps of Adam. */
const TOLERANCE: Tolerance = { measure: 'mean', atMost: 0.01 };

/** Generating toy data. */
export async function inversionSection(bench: Bench): Promise<Section> {
  bench.log(`data: inversion of ${SAMPLES} samples`);
  const job = inversionJob();
  const entry = { tolerance: TOLERANCE };
  const cells = await race(
    [
      hosted(bench.threads[0], job, { column: SIMD, tolerance: SAME_BITS }),
      concurrently(bench.threads, shares(job, bench.cores), {
        column: ALL_CORES,
        tolerance: SAME_BITS,
      }),
      hosted(
        bench.threads[0],
        { ...job, program: 'typescript' },
        { column: TWIN, tolerance: SAME_BITS },
      ),
      ...onPytorch(
        bench,
        { ...job, program: 'loop' },
        { ...entry, column: LOOP, extrapolated: 'from part of one sample' },
      ),
      ...onPytorch(
        bench,
        { ...job, program: 'batched' },
        { ...entry, column: BATCHED, extrapolated: 'from some of the steps' },
      ),
    ],
    bench.effort,
  );
  const missing: Cell = { state: 'missing', reason: NOT_INSTALLED };
  const row: Row = {
    id: INVERSION_ID,
    name: `${FEATURES} features (${FEATURES}-${HIDDEN.join('-')}), ${job.steps} steps`,
    unit: 'ms per sample',
    cells: { ...(bench.python ? {} : { [LOOP]: missing, [BATCHED]: missing }), ...cells },
    ours: [ALL_CORES, SIMD],
    agreement: `errors of the first samples: all cores and the twin bit for bit, PyTorch's mean difference at most ${TOLERANCE.atMost} of the mean error`,
  };
  return {
    title: 'Inversion of the feature model',
    text: `Milliseconds of one of ${SAMPLES} samples: ${job.steps} steps of Adam from a random start.`,
    columns: [SIMD, ALL_CORES, TWIN, BATCHED, LOOP],
    rows: [row],
  };
}

/** Training of the autoencoder, as any other training. */
export async function autoencoderSection(bench: Bench): Promise<Section> {
  bench.log(`data: autoencoder ${widthsText(AUTOENCODER.layout)}`);
  return {
    title: 'Training the autoencoder',
    text: `Milliseconds of one step, batch ${AUTOENCODER.batchSize}.`,
    columns: TRAINING_COLUMNS,
    rows: [await trainingRow(bench, AUTOENCODER, 1)],
  };
}

function inversionJob(): InvertJob {
  const model = drawFeatureModel(
    { features: FEATURES, hidden: HIDDEN, outputDim: 2, activation: 'relu' },
    stream(SEED, 'feature-model'),
  );
  const sparsity = new Array<number>(FEATURES).fill(SPARSITY);
  // As the inversion of an experiment draws them.
  const source = stream(SEED, 'inversion');
  const { steps, learningRate } = INVERSION_DEFAULTS;
  return {
    kind: 'invert',
    program: 'simd',
    model,
    wanted: drawCoefficients(SAMPLES, sparsity, stream(SEED, 'coefficients')),
    starts: Float32Array.from({ length: SAMPLES * FEATURES }, () => normal(source)),
    steps,
    learningRate,
    checked: CHECKED,
  };
}

/** The job in equal parts; the first part makes the check of the whole. */
function shares(job: InvertJob, count: number): InvertJob[] {
  return Array.from({ length: count }, (_, i) => {
    const part = (values: Float32Array): Float32Array => {
      const bound = (b: number): number => Math.round((b * SAMPLES) / count) * FEATURES;
      return values.slice(bound(i), bound(i + 1));
    };
    return {
      ...job,
      wanted: part(job.wanted),
      starts: part(job.starts),
      checked: { ...job.checked, ours: i === 0 ? job.checked.ours : 0 },
    };
  });
}
