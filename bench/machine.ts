import { cpus, release, totalmem, type } from 'node:os';
import type { Bench } from './bench';
import type { Machine } from './report';

/** Folders in a message. */
const PATHS = /(?:[A-Za-z]:)?[\\/](?:[^\s\\/:'"]+[\\/])+/g;

/** Where this runs. */
export function thisMachine({
  cores,
  tensorflowDescription,
  pytorchDescription,
}: Pick<Bench, 'cores' | 'tensorflowDescription' | 'pytorchDescription'>): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    // Where it is installed is nobody's business.
    tensorflow: tensorflowDescription.replace(PATHS, '…/'),
    pytorch: pytorchDescription,
  };
}
