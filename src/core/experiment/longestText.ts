/** Characters of an `experiment.json` that are read: no specification is nearly as long. */
export const LONGEST_TEXT = 1_000_000;
