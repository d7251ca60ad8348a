import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import util from 'node:util';
import * as core from '@tensorflow/tfjs-core';
import { loadTensorflow, type Require } from '../../../../src/node/compute/tensorflow/load';

/** A `require` that finds nothing but Node's own modules. */
const nothing = createRequire(path.join(os.tmpdir(), 'nowhere', 'index.js'));

/** A `require` that finds something. */
const finding =
  (module: object): Require =>
  () =>
    module;

describe('loading TensorFlow.js', () => {
  it('uses plain JavaScript if the native package is not installed, and says so', async () => {
    const { tf, description } = await loadTensorflow(nothing, 'any');
    assert.equal(tf.getBackend(), 'cpu');
    assert.match(
      description,
      /^TensorFlow\.js \d+\.\d+\.\d+, backend cpu \(plain JavaScript: @tensorflow\/tfjs-node is not installed\)$/,
    );
  });

  it('uses plain JavaScript if the native package is broken, and gives the reason', async () => {
    const cases: [load: Require, reason: RegExp][] = [
      [
        () => {
          throw new Error('libtensorflow.so.2: cannot open shared object file\nRequire stack:');
        },
        /\(plain JavaScript: @tensorflow\/tfjs-node cannot be loaded: libtensorflow\.so\.2: cannot open shared object file\)$/,
      ],
      [finding({ ...core, setBackend: () => Promise.resolve(false) }), /cannot be started\)$/],
      [
        finding({ ...core, setBackend: () => Promise.resolve(true), square: core.neg }),
        /computes 3² \+ 4² = -7\)$/,
      ],
    ];
    for (const [load, reason] of cases) {
      const { tf, description } = await loadTensorflow(load, 'any');
      assert.equal(tf.getBackend(), 'cpu');
      assert.match(description, reason);
    }
  });

  it('uses the native package if it works', async () => {
    const native = { ...core, version_core: '9.8.7', setBackend: () => Promise.resolve(true) };
    const { tf, description } = await loadTensorflow(finding(native), 'any');
    assert.equal(tf, native);
    assert.equal(
      description,
      'TensorFlow.js 9.8.7, backend tensorflow (native: @tensorflow/tfjs-node)',
    );
  });

  it('requires or avoids the native package by preference', async () => {
    await assert.rejects(
      loadTensorflow(nothing, 'native'),
      /^LabError: TensorFlow is not native: @tensorflow\/tfjs-node is not installed$/,
    );
    const untouched: Require = () => assert.fail('it was loaded');
    const { description } = await loadTensorflow(untouched, 'plain');
    assert.match(description, /\(plain JavaScript: POLYSEMANTICITY_TENSORFLOW is plain\)$/);
  });

  it('reads the preference from the environment', async () => {
    const before = process.env.POLYSEMANTICITY_TENSORFLOW;
    try {
      process.env.POLYSEMANTICITY_TENSORFLOW = 'plain';
      assert.equal(
        (await loadTensorflow(() => assert.fail('it was loaded'))).tf.getBackend(),
        'cpu',
      );
      process.env.POLYSEMANTICITY_TENSORFLOW = 'fast';
      await assert.rejects(loadTensorflow(nothing), /must be any, native or plain, not "fast"/);
    } finally {
      if (before === undefined) delete process.env.POLYSEMANTICITY_TENSORFLOW;
      else process.env.POLYSEMANTICITY_TENSORFLOW = before;
    }
  });

  it('provides, before the native package is loaded, what Node removes from util', async () => {
    const utilities = util as unknown as Record<string, unknown>;
    const names = ['isArray', 'isNullOrUndefined'];
    const before = names.map((name) => utilities[name]);
    let seen: unknown[] = [];
    try {
      for (const name of names) delete utilities[name];
      await loadTensorflow(() => {
        const { isArray, isNullOrUndefined } = utilities as Record<string, (x: unknown) => boolean>;
        seen = [isArray([]), isArray({}), ...[null, undefined, 0].map(isNullOrUndefined)];
        throw new Error('seen enough');
      }, 'any');
    } finally {
      names.forEach((name, i) => (utilities[name] = before[i]));
    }
    assert.deepEqual(seen, [true, false, true, true, false]);
  });

  it('keeps TensorFlow.js from advertising, and leaves no tensors behind', async () => {
    const { tf } = await loadTensorflow(nothing, 'any');
    assert.equal(tf.env().getBool('PROD'), true);
    const before = tf.memory().numTensors;
    await loadTensorflow(nothing, 'any');
    assert.equal(tf.memory().numTensors, before);
  });
});
