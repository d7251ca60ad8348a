import { reusedBuffer } from '../../src/core/attribution/buffers';
import {
  readDistribution,
  type DistributionReading,
} from '../../src/core/attribution/distribution';
import { probeInputs } from '../../src/core/attribution/sampleRows';
import { engineNamed } from './engines';
import type { ProbeJob, Work } from './job';

/** The distribution probe of a specimen as a run reads it: its inputs are encoded once. */
export async function probeWork(job: ProbeJob): Promise<Work> {
  const { engine } = await engineNamed(job.program);
  const inputs = probeInputs(job.encoder, job.coefficients, job.coefficients.samples);
  const buffer = reusedBuffer();
  const read = (): DistributionReading =>
    readDistribution(job.specimen, inputs, {
      kinds: ['pre-activation'],
      byFeature: true,
      arithmetic: engine.attribution,
      buffer,
    });
  return {
    check: () => Promise.resolve(read().effects['pre-activation']?.absolute ?? new Float64Array(0)),
    run(amount) {
      for (let i = 0; i < amount; i++) read();
      return Promise.resolve(amount);
    },
  };
}
