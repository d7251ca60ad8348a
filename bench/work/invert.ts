import {
  INVERSION_DEFAULTS,
  inversionSolver,
  type InversionSolution,
} from '../../src/core/data/inversion';
import { neuronCount } from '../../src/core/network/layout';
import { UNPACED } from '../../src/core/stop';
import { engineNamed } from './engines';
import type { InvertJob, Work } from './job';

/** Inversion with this project. */
export async function invertWork(job: InvertJob): Promise<Work> {
  const { engine } = await engineNamed(job.program);
  const { model, wanted, starts, steps, learningRate } = job;
  const [inputs] = model.layout.widths;
  const features = neuronCount(model.layout);
  const options = { ...INVERSION_DEFAULTS, steps, learningRate };
  const solve = inversionSolver(engine);
  const invert = (samples: number): Promise<InversionSolution> => {
    const some = {
      wanted: wanted.subarray(0, samples * features),
      starts: starts.subarray(0, samples * inputs),
    };
    return solve({ model, options, ...some }, UNPACED);
  };
  return {
    async check() {
      const { ours } = job.checked;
      return Float64Array.from(ours > 0 ? (await invert(ours)).errors : []);
    },
    async run(amount) {
      const samples = Math.min(amount, wanted.length / features);
      await invert(samples);
      return samples;
    },
  };
}
