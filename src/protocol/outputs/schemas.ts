import { z } from 'zod';
import { attributionOutput } from './attribution';
import { runOutput } from './run';
import { trajectoryOutput } from './trajectory';

/** The published JSON schemas of notebook outputs, by the names of their files. */
export function publishedSchemas(): Record<string, object> {
  const named = (schema: z.ZodType, title: string): object => ({
    ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }),
    title,
  });
  return {
    'attribution-output.schema.json': named(attributionOutput, 'Attribution output'),
    'trajectory-output.schema.json': named(trajectoryOutput, 'Trajectory output'),
    'run-output.schema.json': named(runOutput, 'Run output'),
  };
}
