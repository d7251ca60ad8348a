import assert from 'node:assert/strict';
import type { Scalars } from '../../../src/node/tensorboard/event';

/*
 * Reads TensorBoard's event files, on its own: nothing of the writer is used, and checksums are
 * computed bit by bit.
 */

/** The scalars of a file, one entry an event. */
export function readScalars(file: Buffer): Scalars[] {
  const [version, ...events] = records(file).map(fieldsOf);
  assert.equal(String(only(version, 3)), 'brain.Event:2');
  return events.map((event) => {
    const summary = fieldsOf(only(event, 5));
    const values = summary.map(({ field, bytes }): [string, number] => {
      assert.equal(field, 1);
      const value = fieldsOf(bytes);
      return [String(only(value, 1)), only(value, 2).readFloatLE()];
    });
    return {
      wallTime: only(event, 1).readDoubleLE(),
      step: Number(varintAt(only(event, 2), 0).value),
      values: new Map(values),
    };
  });
}

function records(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(data.length, length, 'a whole record');
    assert.equal(file.readUInt32LE(at + 8), masked(file.subarray(at, at + 8)));
    assert.equal(file.readUInt32LE(at + 12 + length), masked(data));
    found.push(data);
    at += length + 16;
  }
  return found;
}

function masked(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0x82f63b78n : remainder >> 1n;
    }
  }
  const crc = remainder ^ 0xffffffffn;
  const rotated = (crc >> 15n) + ((crc % 2n ** 15n) << 17n);
  return Number((rotated + 0xa282ead8n) % 2n ** 32n);
}

interface Field {
  readonly field: number;
  readonly bytes: Buffer;
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length;) {
    const tag = varintAt(message, at);
    at = tag.end;
    let length: number;
    switch (Number(tag.value & 7n)) {
      case 0:
        length = varintAt(message, at).end - at;
        break;
      case 1:
        length = 8;
        break;
      case 2: {
        const { value, end } = varintAt(message, at);
        length = Number(value);
        at = end;
        break;
      }
      case 5:
        length = 4;
        break;
      default:
        return assert.fail('an unknown wire type');
    }
    fields.push({ field: Number(tag.value >> 3n), bytes: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

function only(fields: readonly Field[], wanted: number): Buffer {
  const found = fields.filter(({ field }) => field === wanted);
  assert.equal(found.length, 1, `field ${wanted}`);
  return found[0].bytes;
}

function varintAt(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let i = 0; ; i++) {
    const byte = bytes[start + i];
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
}
