import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publishedSchemas } from '../src/protocol/outputs/schemas';
import { experimentJsonSchema } from '../src/core/experiment/jsonSchema';

/*
 * npm run schema [-- --check]: writes the JSON schemas of experiments and notebook outputs to schemas/. With --check,
 * writes nothing and fails if a file is out of date.
 */

const FOLDER = path.resolve(__dirname, '../schemas');

const SCHEMAS: Readonly<Record<string, object>> = {
  'experiment.schema.json': experimentJsonSchema(),
  ...publishedSchemas(),
};

async function main(check: boolean): Promise<void> {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const file = path.join(FOLDER, name);
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (!check) {
      await writeFile(file, text);
      continue;
    }
    const found = await readFile(file, 'utf8').catch(() => undefined);
    if (found === text) continue;
    console.error(`${file} is stale: run npm run schema`);
    process.exitCode = 1;
  }
}

void main(process.argv.includes('--check'));
