/** How much of a training is done. */
export interface TrainingAmount {
  readonly specimens: number;
  readonly epochs: number;
  /** Steps of each epoch. */
  readonly steps: number;
}

/**
 * What to train to take about so many steps, counted over all specimens: whole epochs where they fit,
 * of more specimens first, then of more epochs; otherwise the beginning of one epoch.
 * @param fullEpoch steps of a whole epoch
 * @param population specimens that there are
 * @param stacked all specimens step together
 */
export function trainingAmount(
  amount: number,
  fullEpoch: number,
  population: number,
  stacked: boolean,
): TrainingAmount {
  const epochs = stacked ? amount / population / fullEpoch : amount / fullEpoch;
  if (epochs < 1) {
    const steps = Math.min(fullEpoch, Math.max(1, Math.round(epochs * fullEpoch)));
    return { specimens: stacked ? population : 1, epochs: 1, steps };
  }
  if (stacked) return { specimens: population, epochs: Math.floor(epochs), steps: fullEpoch };
  const specimens = Math.min(population, Math.floor(epochs));
  return { specimens, epochs: Math.floor(epochs / specimens), steps: fullEpoch };
}
