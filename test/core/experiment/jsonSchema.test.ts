import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { experimentJsonSchema } from '../../../src/core/experiment/jsonSchema';
import { checkSpecification } from '../../../src/core/experiment/parse';
import { SCHEMA_ID } from '../../../src/core/experiment/schemaId';
import { edited, TEN_LINES } from './texts';

const ROOT = path.resolve(__dirname, '../../..');
const SCHEMA_FILE = path.join(ROOT, 'schemas/experiment.schema.json');
const EXAMPLES = path.join(ROOT, 'examples');

describe('the JSON schema of experiments', () => {
  const schema = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as z.core.JSONSchema.JSONSchema;
  const validator = z.fromJSONSchema(schema);
  const accepts = (text: string): boolean => validator.safeParse(JSON.parse(text)).success;

  it('is the file that npx tsx scripts/schema.ts writes', () => {
    const fresh = `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
    assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), fresh);
    assert.equal(schema.$id, SCHEMA_ID);
  });

  it('describes every field', () => {
    const undescribed = fieldsOf(schema).filter(([, { description }]) => !description);
    assert.deepEqual(undescribed, []);
    const fields = fieldsOf(schema).map(([field]) => field);
    assert.ok(fields.length > 100);
    assert.ok(fields.includes('.arms[].pruning.widthsOf'), 'those of arms too');
  });

  it('accepts what the parser accepts', () => {
    assert.ok(accepts(TEN_LINES));
    const examples = readdirSync(EXAMPLES).filter((name) =>
      existsSync(path.join(EXAMPLES, name, 'experiment.json')),
    );
    assert.ok(examples.length > 0);
    for (const example of examples) {
      const text = readFileSync(path.join(EXAMPLES, example, 'experiment.json'), 'utf8');
      assert.deepEqual(checkSpecification(text).problems, [], example);
      assert.ok(accepts(text), example);
    }
  });

  it('refuses what the parser refuses by its structure', () => {
    const edits: [string, string][] = [
      ['"name"', '"nam"'],
      ['"Ten lines"', '""'],
      ['16 }', '16.5 }'],
      ['16 }', '0 }'],
      ['16 }', '16, "sparsity": "rare" }'],
      ['16 }', '16, "sparsity": [0.5, 2] }'],
      ['16 }', '16, "importance": [-1] }'],
      ['16 }', '16, "importance": [-1, 0, 1] }'],
      ['16 }', '16, "colour": 1 }'],
      ['5 }', '5, "source": "imported" }'],
      ['5 }', '5, "mode": "backward" }'],
      ['5 }', '5, "autoencoder": { "epochs": 0 } }'],
      ['[64, 16, 16]', '[]'],
      ['[64, 16, 16]', '[64, "16"]'],
      ['"data"', '"seeds": [], "data"'],
      ['"data"', '"seeds": [1, -1], "data"'],
      ['"data"', '"pruning": { "ratios": [1] }, "data"'],
      ['"data"', '"pruning": { "retraining": { "epochs": 1.5 } }, "data"'],
      ['"data"', '"keep": { "specimens": true }, "data"'],
    ];
    for (const edit of edits) {
      const text = edited(TEN_LINES, edit);
      assert.ok(checkSpecification(text).problems.length > 0, text);
      assert.ok(!accepts(text), text);
    }
    for (const value of ['[]', 'null', '3']) assert.ok(!accepts(value));
  });

  it('refuses entries that are there twice', () => {
    const { properties } = schema;
    assert.deepEqual(
      [properties?.seeds, (properties?.pruning as typeof schema).properties?.ratios].map(
        (list) => (list as typeof schema).uniqueItems,
      ),
      [true, true],
    );
  });
});

type Fields = [path: string, schema: z.core.JSONSchema.JSONSchema][];

function fieldsOf(schema: z.core.JSONSchema.JSONSchema, at = ''): Fields {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]): Fields => {
    if (typeof field === 'boolean') return [];
    return [[`${at}.${name}`, field], ...fieldsOf(field, `${at}.${name}`)];
  });
  const alternatives = (schema.anyOf ?? []).flatMap((alternative) =>
    typeof alternative === 'boolean' ? [] : fieldsOf(alternative, at),
  );
  const { items = [] } = schema;
  const entries = (Array.isArray(items) ? items : [items]).flatMap((item) =>
    typeof item === 'boolean' ? [] : fieldsOf(item, `${at}[]`),
  );
  return [...own, ...alternatives, ...entries];
}
