import assert from 'node:assert/strict';
import { fileVersionEvent, scalarsEvent } from '../../../src/node/tensorboard/event';
import { tfRecord } from '../../../src/node/tensorboard/tfRecord';
import { readScalars } from './eventReader';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('TensorBoard records', () => {
  // Written by the Python package tensorboard 2.21: RecordWriter and event_pb2.
  it('is framed as its own writer frames it', () => {
    assert.equal(
      hex(tfRecord(Buffer.from('polysemanticity'))),
      '0f000000000000006d532b09706f6c7973656d616e746963697479f533a9e5',
    );
  });

  it('is encoded as protocol buffers encode it', () => {
    assert.equal(
      hex(fileVersionEvent(1790000000.25)),
      '09000010e04eacda411a0d627261696e2e4576656e743a32',
    );
    const values = new Map([
      ['loss/test', 0.1],
      ['measures/relative', -3.5],
    ]);
    assert.equal(
      hex(scalarsEvent({ wallTime: 1790000000.25, step: 300, values })),
      '09000010e04eacda4110ac022a2c0a100a096c6f73732f7465737415cdcccc3d0a180a116d656173757265732f72656c617469766515000060c0',
    );
  });

  it('can be of any length and step', () => {
    for (const step of [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 40 + 5]) {
      const values = new Map(Array.from({ length: step % 50 }, (_, i) => [`tag ${i}`, i / 4]));
      const event = { wallTime: 1.5, step, values };
      const file = Buffer.concat([fileVersionEvent(1), scalarsEvent(event)].map(tfRecord));
      assert.deepEqual(readScalars(file), [event]);
    }
  });
});
