/** Longest text that is read as an `experiment.json`, in characters; real ones are far shorter. */
export const MAX_TEXT_LENGTH = 1_000_000;
