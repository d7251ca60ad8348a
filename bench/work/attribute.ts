import { attribute } from '../../src/core/attribution/attribute';
import type { AttributionMatrix } from '../../src/core/attribution/matrix';
import { reusedBuffer } from '../../src/core/attribution/buffers';
import { specimenOf } from '../../src/core/network/specimen';
import { engineNamed } from './engines';
import type { AttributeJob, Work } from './job';

/** Attribution with this project, in the arithmetic of one of its engines. */
export async function attributeWork(job: AttributeJob): Promise<Work> {
  const { encoder, method, cells, checked } = job;
  const { engine } = await engineNamed(job.program);
  const specimens = job.specimens.map(({ layout, parameters }) => specimenOf(layout, parameters));
  const request = { ...method, rows: 'pre-activation' } as const;
  // As in a run, where most matrices are measured and given up.
  const buffers = { matrix: reusedBuffer(), scratch: reusedBuffer() };
  const matrixOf = (index: number): AttributionMatrix =>
    attribute(encoder, specimens[index % specimens.length], request, engine.attribution, buffers);
  let next = 0;
  return {
    check() {
      const values = specimens.slice(0, checked).flatMap((_, s) => {
        const matrix = matrixOf(s);
        return cells.length > 0
          ? cells.map(([neuron, feature]) => matrix.values[neuron * matrix.features + feature])
          : Array.from(matrix.values);
      });
      return Promise.resolve(Float64Array.from(values));
    },
    run(amount) {
      for (let i = 0; i < amount; i++) matrixOf(next++);
      return Promise.resolve(amount);
    },
  };
}
