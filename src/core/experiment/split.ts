/** Number of training samples; the rest test. */
export function trainingSamples(samples: number, trainShare: number): number {
  return Math.round(samples * trainShare);
}

/** Why samples cannot be split by a share; undefined when they can. */
export function splitProblem(samples: number, trainShare: number): string | undefined {
  const train = trainingSamples(samples, trainShare);
  return train >= 1 && train < samples
    ? undefined
    : `of ${samples} samples it leaves ${train} to train and ${samples - train} to test; both need one at least`;
}
