import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { experimentJsonSchema } from '../src/core/experiment/jsonSchema';

/*
 * Writes schemas/experiment.schema.json, which editors complete and validate experiments with.
 * With --check it writes nothing and fails when the file is not what it would write.
 */

const FILE = path.resolve(__dirname, '../schemas/experiment.schema.json');
const text = `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;

async function main(check: boolean): Promise<void> {
  if (!check) return writeFile(FILE, text);
  const found = await readFile(FILE, 'utf8').catch(() => undefined);
  if (found === text) return;
  console.error(`${FILE} is stale: run npx tsx scripts/schema.ts`);
  process.exitCode = 1;
}

void main(process.argv.includes('--check'));
