import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';

const SCHEMA = path.resolve(__dirname, '../../fixtures/notebook.schema.json');
const validate = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

/** What is wrong with the text of a notebook by nbformat 4.5; empty when nothing is. */
export function notebookProblems(text: string): string[] {
  const notebook = JSON.parse(text) as { cells: { id: string }[] };
  validate(notebook);
  const ids = notebook.cells.map(({ id }) => id);
  const repeated = ids.filter((id, i) => ids.indexOf(id) !== i);
  return [
    ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    ...repeated.map((id) => `the id ${id} is there twice`),
  ];
}
