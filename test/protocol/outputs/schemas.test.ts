import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { publishedSchemas } from '../../../src/protocol/outputs/schemas';

const FOLDER = path.resolve(__dirname, '../../../schemas');

describe('the published schemas of notebook outputs', () => {
  for (const [name, schema] of Object.entries(publishedSchemas())) {
    it(`${name} is up to date (npm run schema)`, () => {
      const published: unknown = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'));
      assert.deepEqual(published, JSON.parse(JSON.stringify(schema)));
    });
  }

  it('accept what a Python user writes, and explain errors', () => {
    const validate = new Ajv({ strict: false }).compile(
      publishedSchemas()['attribution-output.schema.json'],
    );
    const lists = { version: 1, values: [[0.5, null, -1]] };
    assert.ok(validate(lists));
    assert.ok(!validate({ ...lists, version: 2 }));
    assert.ok(!validate({ ...lists, value: 1 }));
    assert.ok(!validate({ ...lists, values: [['0.5']] }));
  });
});
