import { legName, type Leg } from '../../core/experiment/plan';
import type { FinishedLegs } from '../../core/experiment/runExperiment';
import type { Specimen } from '../../core/network/specimen';
import { specimenFrom, specimenNames, type SpecimenInfo } from './checkpointTensors';
import type { LegFile } from './legFile';
import { readTensorsSync, type StoredTensor } from './tensorFile';

interface LastSpecimen {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly info: SpecimenInfo;
}

/** The legs that a run had finished when it was opened; specimens are read when they are asked for. */
export class FinishedLegFiles implements FinishedLegs {
  private readonly legs = new Map<string, LastSpecimen>();

  get count(): number {
    return this.legs.size;
  }

  add(leg: Leg, { path, tensors, last }: LegFile): void {
    const own = new Set(specimenNames(last));
    // Of a long header only what is needed later is held on to.
    const kept = new Map([...tensors].filter(([name]) => own.has(name)));
    this.legs.set(legName(leg), { path, tensors: kept, info: last });
  }

  /** @throws LabError when the file cannot be read any more */
  specimenOf(leg: Leg): Specimen | undefined {
    const found = this.legs.get(legName(leg));
    if (!found) return undefined;
    return specimenFrom(found.info, [
      ...readTensorsSync(found, specimenNames(found.info)).values(),
    ]);
  }
}
