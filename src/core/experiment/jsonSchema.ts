import { z } from 'zod';
import { SCHEMA_ID } from './schemaId';
import { experimentSchema } from './specification';

/** The JSON schema of `experiment.json` for editors: all rules that JSON Schema can express. */
export function experimentJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, $id: SCHEMA_ID, title: 'Polysemanticity Lab experiment' };
}
