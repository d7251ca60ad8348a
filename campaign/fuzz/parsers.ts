import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../../src/core/attempt';
import { importData } from '../../src/core/data/importedData';
import { checkSpecification } from '../../src/core/experiment/parse';
import { readNumericCsv } from '../../src/core/formats/csv';
import { PthFile } from '../../src/core/formats/pth';
import { readSafetensors } from '../../src/core/formats/safetensors';
import { readNotebook } from '../../src/node/notebook/nbformat/notebookFile';
import { readRunHeader } from '../../src/node/runStore/header';
import { readRows } from '../../src/node/runStore/metricsFile';

/** A parser of untrusted bytes. */
export interface Parser {
  /** Bytes that it reads, to begin with. */
  readonly seeds: () => Uint8Array[];
  /** @throws LabError for refused input; anything else is a fault */
  readonly parse: (bytes: Uint8Array) => unknown;
}

/** Reads all that a file holds, which an import never does. */
function readPth(bytes: Uint8Array): unknown {
  const file = new PthFile(bytes, { file: 'fuzzed.pth', holds: 'parameters' });
  return file.read(file.root);
}

const root = path.resolve(__dirname, '../..');

function files(folder: string, ending: string): Uint8Array[] {
  const place = path.join(root, folder);
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('runs'))
    .map((name) => readFileSync(path.join(place, name)))
    .filter(({ length }) => length < 200_000);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

let scratch: string | undefined;
/** A file with these bytes in a folder of this process. */
function onDisk(name: string, bytes: Uint8Array): string {
  if (scratch === undefined) {
    const made = mkdtempSync(path.join(tmpdir(), 'polysemanticity-fuzz-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    scratch = made;
  }
  writeFileSync(path.join(scratch, name), bytes);
  return scratch;
}

/** By name. */
export const PARSERS: Readonly<Record<string, Parser>> = {
  pth: { seeds: () => files('test/fixtures', '.pth'), parse: readPth },
  import: {
    seeds: () =>
      ['import', 'import-kinds'].flatMap((folder) => files(`test/fixtures/${folder}`, '.pth')),
    parse: (bytes) => {
      const encoder = readFileSync(path.join(root, 'test/fixtures/import/encoder.pth'));
      const data = readFileSync(path.join(root, 'test/fixtures/import/data.pth'));
      const named = { name: 'fuzzed.pth', bytes };
      attempt(() =>
        importData({ data: { name: 'data.pth', bytes: data }, encoder: named }, 'relu'),
      );
      importData({ data: named, encoder: { name: 'encoder.pth', bytes: encoder } }, 'relu');
    },
  },
  safetensors: {
    seeds: () => files('test/fixtures', '.safetensors'),
    parse: readSafetensors,
  },
  csv: {
    seeds: () =>
      ['a,b\n1,2\n3,4\n', '1;2\n', 'x\n"1"\n"2"\n', 'a,b\r\n1,nan\r\n,2\r\n'].map(bytesOf),
    parse: (bytes) => readNumericCsv(textOf(bytes), { missing: true }),
  },
  'experiment.json': {
    seeds: () => files('examples', 'experiment.json'),
    parse: (bytes) => checkSpecification(textOf(bytes)),
  },
  notebook: {
    seeds: () => [
      bytesOf(
        '{"cells":[{"cell_type":"code","metadata":{},"source":["1+1"],"outputs":[],"execution_count":null}],"metadata":{"a":[1,2.0]},"nbformat":4,"nbformat_minor":5}',
      ),
    ],
    parse: (bytes) => readNotebook(textOf(bytes), 'fuzzed.ipynb'),
  },
  'run.json': {
    seeds: () => [
      bytesOf('{"format":1,"specification":{"name":"x"},"seeds":[42],"startedAt":"2026-01-01"}'),
    ],
    parse: (bytes) => readRunHeader(onDisk('run.json', bytes)),
  },
  'metrics.jsonl': {
    seeds: () => [
      bytesOf(
        '{"seed":42,"arm":"dense","phase":"training","epoch":1,"requested":null}\n'.repeat(3),
      ),
    ],
    parse: async (bytes) => {
      const file = path.join(onDisk('metrics.jsonl', bytes), 'metrics.jsonl');
      for await (const row of readRows(file, 'skip')) void row;
    },
  },
};
