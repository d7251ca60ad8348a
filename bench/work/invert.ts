import { invertFeatures, seedSeeker, type Inversion } from '../../src/core/data/inversion';
import type { EngineName } from '../../src/core/engine/engine';
import { neuronCount } from '../../src/core/network/layout';
import { stream } from '../../src/core/random/streams';
import { AT_ONCE } from '../../src/core/stop';
import { engineNamed } from './engines';
import type { InvertJob, Work } from './job';

/** Inversion with this project. */
export async function invertWork(job: InvertJob): Promise<Work> {
  const { engine } = await engineNamed(job.program as EngineName);
  const { model, wanted, seed, steps, learningRate } = job;
  const features = neuronCount(model.layout);
  const all = wanted.length / features;
  const invert = (samples: number): Promise<Inversion> =>
    invertFeatures(
      model,
      wanted.subarray(0, samples * features),
      stream(seed, 'inversion'),
      AT_ONCE,
      { steps, learningRate },
      undefined,
      seedSeeker(engine),
    );
  return {
    check: async () => Float64Array.from((await invert(job.checked.ours)).errors),
    async run(amount) {
      const samples = Math.min(amount, all);
      await invert(samples);
      return samples;
    },
  };
}
