import type { LiveRegion } from '../shared/liveRegion';
import type { Picture } from '../../figures/matrix/compose';
import { allMissing } from '../../figures/matrix/words';

/** Tells a screen reader that the chosen measure is missing for every neuron, and why: once for each choice. */
export class MissingMeasure {
  private told: string | undefined;

  constructor(private readonly live: LiveRegion) {}

  tell({ shown, measure, why }: Picture): void {
    const missing = shown.net.count === 0 ? measure.id : undefined;
    if (missing !== undefined && missing !== this.told) this.live.say(allMissing(measure, why));
    this.told = missing;
  }
}
