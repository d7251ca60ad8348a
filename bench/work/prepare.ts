import { attributeWork } from './attribute';
import { invertWork } from './invert';
import type { Job, Work } from './job';
import { phaseWork, productWork } from './kernel';
import { measureWork } from './measure';
import { probeWork } from './probe';
import { trainWork } from './train';

/** Makes a job ready to be done by this project. */
export async function prepare(job: Job): Promise<Work> {
  switch (job.kind) {
    case 'train':
      return trainWork(job);
    case 'attribute':
      return attributeWork(job);
    case 'invert':
      return invertWork(job);
    case 'measure':
      return measureWork(job);
    case 'probe':
      return probeWork(job);
    case 'product':
      return productWork(job);
    case 'phase':
      return phaseWork(job);
  }
}
