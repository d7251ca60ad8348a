/** Name of the file that makes a folder an experiment. */
export const EXPERIMENT_FILE = 'experiment.json';
