// Fuzzes one parser in its own process, so that its memory can be measured:
//   node --expose-gc --import tsx fuzzChild.ts PARSER SECONDS SEED
import { LabError } from '../../src/core/errors';
import { MersenneTwister } from '../../src/core/random/mersenneTwister';
import { oneOf, timer } from '../campaign';
import { mutated } from './mutations';
import { PARSERS } from './parsers';

/** What came of it. */
export interface Fuzzed {
  readonly inputs: number;
  /** Inputs that ended in something else than a value or a LabError, the first few. */
  readonly faults: readonly string[];
  /** Milliseconds that the slowest input took. */
  readonly slowest: number;
  /** Peak of the process above its peak before the first input. */
  readonly peakMegabytes: number;
  readonly largestKilobytes: number;
  /** The most that memory grew over one input, as a multiple of the input (of 256 kB at least). */
  readonly multiple: number;
}

const MOST_FAULTS = 5;
const SMALLEST_BYTES = 256 * 1024;

async function main(name: string, seconds: number, seed: number): Promise<void> {
  const parser = PARSERS[name];
  const random = MersenneTwister.fromKey([seed]);
  const seeds = parser.seeds();
  for (const bytes of seeds) await attempt(parser.parse, bytes);
  const faults: string[] = [];
  let [inputs, slowest, largest, multiple] = [0, 0, 0, 0];
  global.gc?.();
  const before = process.resourceUsage().maxRSS;
  for (const isTime = timer(seconds); isTime(); inputs++) {
    const bytes = mutated(oneOf(random, seeds), oneOf(random, seeds), random);
    const used = memory();
    const began = performance.now();
    const fault = await attempt(parser.parse, bytes);
    slowest = Math.max(slowest, performance.now() - began);
    largest = Math.max(largest, bytes.length);
    multiple = Math.max(multiple, (memory() - used) / Math.max(SMALLEST_BYTES, bytes.length));
    if (fault !== undefined && faults.length < MOST_FAULTS) {
      faults.push(
        `${fault}; the input in base64: ${Buffer.from(bytes).toString('base64').slice(0, 2000)}`,
      );
    }
  }
  const peakMegabytes = (process.resourceUsage().maxRSS - before) / 1024;
  const largestKilobytes = Math.ceil(largest / 1024);
  const found: Fuzzed = { inputs, faults, slowest, peakMegabytes, largestKilobytes, multiple };
  process.stdout.write(JSON.stringify(found));
}

/** @returns the fault; undefined for a value or a LabError */
async function attempt(
  parse: (bytes: Uint8Array) => unknown,
  bytes: Uint8Array,
): Promise<string | undefined> {
  try {
    await parse(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return undefined;
    return error instanceof Error
      ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ')
      : String(error);
  }
}

function memory(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

if (require.main === module)
  void main(process.argv[2], Number(process.argv[3]), Number(process.argv[4]));
