// Parses one large hostile input in a process of its own: node --import tsx hostileChild.ts INDEX
import { LabError } from '../../src/core/errors';
import { HOSTILE } from './hostile';
import { PARSERS } from './parsers';

async function main(index: number): Promise<void> {
  const { parser, make } = HOSTILE[index];
  const bytes = make();
  global.gc?.();
  const before = process.resourceUsage().maxRSS;
  const began = performance.now();
  try {
    await PARSERS[parser].parse(bytes);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (error.message.length > 20_000)
      throw new Error(`a message of ${error.message.length} characters`);
  }
  const taken = performance.now() - began;
  const grown = 1024 * (process.resourceUsage().maxRSS - before);
  console.log(
    `${(bytes.length / 2 ** 20).toFixed(1)} MB in ${taken.toFixed(0)} ms, ${(grown / bytes.length).toFixed(1)} times the input`,
  );
}

void main(Number(process.argv[2]));
