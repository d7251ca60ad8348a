import { SpecimenMeter } from '../../src/core/experiment/specimenMeter';
import { specimenOf } from '../../src/core/network/specimen';
import { UNPACED } from '../../src/core/stop';
import { engineNamed } from './engines';
import type { MeasureJob, Work } from './job';

/** What an experiment measures of a specimen after every epoch: attribution, measures, test error. */
export async function measureWork({ context, specimen, test }: MeasureJob): Promise<Work> {
  const { engine } = await engineNamed('simd');
  const meter = new SpecimenMeter(context, engine);
  const measured = specimenOf(specimen.layout, specimen.parameters);
  return {
    async check() {
      const { attribution } = await meter.read(measured, test, UNPACED);
      return attribution?.values ?? new Float64Array();
    },
    async run(amount) {
      for (let i = 0; i < amount; i++) await meter.read(measured, test, UNPACED, { keep: false });
      return amount;
    },
  };
}
