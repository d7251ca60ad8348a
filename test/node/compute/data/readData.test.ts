import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { toyDataParts } from '../../../../src/core/data/toyDataFile';
import type { ToyData } from '../../../../src/core/data/generate';
import { LabError } from '../../../../src/core/errors';
import { parameterCount, type Network } from '../../../../src/core/network/layout';
import { Stopped } from '../../../../src/core/stop';
import { parseSpecification } from '../../../../src/core/experiment/parse';
import {
  checkImportedFiles,
  readGeneratedData,
  readImportedData,
} from '../../../../src/node/compute/data/readData';
import { keepOf } from '../../../../src/node/compute/engineServer/keep';
import { importExperiment } from '../../../../src/node/experiments/importExperiment';
import { temporaryFolders } from '../../temporaryFolder';

const FEATURES = 16;
const INPUTS = 5;

function values(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i % 1000) / 7);
}

function network(...widths: number[]): Network {
  const layout = { widths, activations: [] };
  return { layout, parameters: values(parameterCount(layout)) };
}

function toyData(samples: number): ToyData {
  return {
    data: {
      samples,
      inputDim: INPUTS,
      outputDim: 1,
      inputs: values(samples * INPUTS),
      targets: values(samples),
    },
    coefficients: values(samples * FEATURES),
    featureModel: network(FEATURES, 1),
    encoder: network(FEATURES, INPUTS),
    decoder: network(INPUTS, FEATURES),
    autoencoderLosses: Float64Array.of(1, 2),
    inversion: undefined,
  };
}

describe('a file of data that is large', () => {
  const space = temporaryFolders();

  function written(samples: number): { file: string; toy: ToyData } {
    const toy = toyData(samples);
    const file = path.join(space.folder, 'toy-data.safetensors');
    writeFileSync(file, Buffer.concat(toyDataParts(toy, 'here')));
    return { file, toy };
  }

  it('is read in a thread, to the same values', async () => {
    const { file, toy } = written(200_000);
    let turns = 0;
    const counting = setInterval(() => turns++, 5);
    const read = await readGeneratedData({ file, origin: 'here' });
    clearInterval(counting);
    assert.deepEqual(read, toy);
    assert.ok(turns > 3, `${turns} turns`);
    assert.equal(await readGeneratedData({ file, origin: 'elsewhere' }), undefined);
  });

  it('can be stopped while it is read', async () => {
    const { file } = written(1_000_000);
    const stopping = new AbortController();
    const reading = readGeneratedData({ file, origin: 'here' }, stopping.signal);
    const ended = assert.rejects(reading, Stopped);
    await setTimeout(50);
    const before = performance.now();
    stopping.abort();
    await ended;
    const taken = performance.now() - before;
    assert.ok(taken < 1000, `${taken} ms`);
  });

  it('is refused with its name, in a thread too', async () => {
    const data = path.join(space.folder, 'data.pth');
    writeFileSync(data, Buffer.alloc(10e6));
    await assert.rejects(
      readImportedData({ files: { data, encoder: data }, activation: 'relu' }),
      (error) => error instanceof LabError && error.place.file === data,
    );
  });

  it('is read in a thread by all callers: import, checks, and the choice of what to keep', async () => {
    const data = path.join(space.folder, 'data.pth');
    writeFileSync(data, Buffer.alloc(10e6));
    const files = { data, encoder: data };
    const specification = parseSpecification(
      JSON.stringify({
        name: 'Large',
        specimen: { hidden: [4] },
        data: { source: 'imported', ...files },
      }),
      'experiment.json',
    );
    const experiment = { folder: space.folder, file: 'experiment.json', specification };
    const out = path.join(space.folder, 'out');
    const readers: Record<string, () => Promise<unknown>> = {
      'the check of the data alone': () => checkImportedFiles({ data }),
      'the check of all files': () => checkImportedFiles(files),
      'the import': () => importExperiment({ ...files, out, hidden: [4], activation: 'relu' }),
      'the choice of what to keep': () => keepOf('auto', experiment),
    };
    let threads = 0;
    const count = (): void => void threads++;
    process.on('worker', count);
    try {
      for (const [name, read] of Object.entries(readers)) {
        threads = 0;
        await assert.rejects(
          read(),
          (error) => error instanceof LabError && error.place.file === data,
        );
        assert.equal(threads, 1, name);
      }
    } finally {
      process.off('worker', count);
    }
  });
});
