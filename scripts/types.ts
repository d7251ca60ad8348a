import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import { experimentSchema } from '../src/core/experiment/specification';
import { typeOfSchema, type JsonSchema } from './schemaTypes';

/*
 * npm run types: writes the type declarations of the module `polysemanticity` to dist/types/polysemanticity: those of
 * the API and everything that they refer to, without other packages. The types of the specification, which are inferred
 * from its schema, are written out with the descriptions of the fields.
 */

const ROOT = path.resolve(__dirname, '..');
const SOURCES = path.join(ROOT, 'src');
const TARGET = path.join(ROOT, 'dist/types/polysemanticity');
/** The compiler's output folder. The declarations are intercepted, so nothing is written there. */
const OUT = path.join(ROOT, 'dist/types');
const ENTRIES = ['api/index.d.ts', 'api/cells.d.ts'];

const GLOBALS = `import type { Display, Interrupt } from './api/cells';

declare global {
  /** Shows a value under the cell; further functions for HTML, Markdown, pictures and more. */
  const display: Display;
  /** Tells a cell that it is to stop. */
  const interrupt: Interrupt;
}
`;

const INDEX = `import './globals';
export * from './api/index';
`;

/** The declarations of the API's files and everything that they import, by path below src/. */
function declarations(): Map<string, string> {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram({
    rootNames: ['api/index.ts', 'api/cells.ts'].map((name) => path.join(SOURCES, name)),
    options: {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: SOURCES,
      outDir: OUT,
    },
  });
  const written = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => {
    written.set(path.relative(OUT, file).split(path.sep).join('/'), text);
  });
  if (diagnostics.length > 0) {
    const host = {
      getCanonicalFileName: (file: string) => file,
      getCurrentDirectory: () => ROOT,
      getNewLine: () => '\n',
    };
    throw new Error(ts.formatDiagnostics(diagnostics, host));
  }
  written.set('core/experiment/specification.d.ts', specificationTypes());
  return written;
}

function specificationTypes(): string {
  const schema = (io: 'input' | 'output'): JsonSchema =>
    z.toJSONSchema(experimentSchema, { io, target: 'draft-7' }) as JsonSchema;
  return [
    '/** A specification with every default filled in. */',
    `export type Specification = ${typeOfSchema(schema('output'))};`,
    '/** A specification as it is written: fields with defaults are optional. */',
    `export type SpecificationInput = ${typeOfSchema(schema('input'))};`,
    '',
  ].join('\n');
}

/** The files that the entries refer to, directly or indirectly. */
function reachable(files: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>();
  const waiting = [...ENTRIES];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const text = files.get(name);
    if (text === undefined) throw new Error(`there are no declarations of ${name}`);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (!fileName.startsWith('.')) throw new Error(`${name} needs the types of ${fileName}`);
      waiting.push(`${path.posix.join(path.posix.dirname(name), fileName)}.d.ts`);
    }
  }
  return [...found];
}

/** Replaces the contents of a folder with the types. @returns the number of declaration files */
export function writeTypes(target: string): number {
  const files = declarations();
  const names = reachable(files);
  rmSync(target, { recursive: true, force: true });
  const write = (name: string, text: string): void => {
    const file = path.join(target, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const name of names) write(name, files.get(name) as string);
  write('globals.d.ts', GLOBALS);
  write('index.d.ts', INDEX);
  write('package.json', `${JSON.stringify({ name: 'polysemanticity', types: 'index.d.ts' })}\n`);
  return names.length;
}

if (require.main === module) {
  console.log(`types: ${writeTypes(TARGET)} files in ${path.relative(ROOT, TARGET)}`);
}
