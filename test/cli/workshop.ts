import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execute } from '../../src/cli/program';
import { shown, type Terminal } from '../../src/cli/terminal';
import type { SpecificationInput } from '../../src/core/experiment/specification';

/** Experiments of 100 samples and a few epochs, which run in under a second. */
export const TINY = {
  name: 'tiny',
  features: { count: 6 },
  data: { samples: 100, inputs: 3, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4], dropoutTwin: 0.5 },
  training: { epochs: 3 },
  pruning: { ratios: [0.3, 0.6], retraining: { epochs: 2 } },
  measures: { nullNeurons: 28 },
} satisfies SpecificationInput;

/** A folder for a test suite that is removed afterwards. */
export function temporaryFolder(): () => string {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Writes an `experiment.json` into an existing folder. */
export function writeExperiment(folder: string, specification: SpecificationInput): Promise<void> {
  return writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
}

/** Output and exit code of a command. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Everything that was written to stdout. */
  readonly bytes: Buffer;
}

/** Runs a command in this process, with stdout and stderr as pipes unless a terminal is requested. */
export async function polysemanticity(
  args: readonly string[],
  { interactive = false } = {},
): Promise<Outcome> {
  const written: Record<'out' | 'err', Uint8Array[]> = { out: [], err: [] };
  const terminal = (name: 'out' | 'err'): Terminal => ({
    write: (text, control) => void written[name].push(Buffer.from(shown(text, control))),
    writeBytes: (bytes) => Promise.resolve(void written[name].push(bytes)),
    interactive,
    colour: false,
    unicode: true,
    width: () => 80,
  });
  const code = await execute(args, { out: terminal('out'), err: terminal('err') });
  const bytes = Buffer.concat(written.out);
  return { code, bytes, out: bytes.toString(), err: Buffer.concat(written.err).toString() };
}
