import assert from 'node:assert/strict';
import { strFromU8, strToU8 } from 'fflate';
import fc from 'fast-check';
import { readSafetensors, safetensorsHeader } from '../../../src/core/formats/safetensors';
import { readPth } from './pthFiles';
import { decodeValues, DTYPES, elementBytes, encodeValues, tensorOf, type Tensor } from '../../../src/core/formats/tensor'; // prettier-ignore
import { fixture, outcome, refuses, writeSafetensors } from './files';

/** A file with any text as its header. */
function file(header: string, data: readonly number[] = []): Uint8Array {
  const json = strToU8(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: string, start: number, end: number) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${start},${end}]}`;

const tensors = fc
  .uniqueArray(
    fc.record({
      name: fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
      dtype: fc.constantFrom(...DTYPES),
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
    }),
    { selector: ({ name }) => name, maxLength: 6 },
  )
  .chain((entries) =>
    fc.tuple(
      ...entries.map(({ name, dtype, shape }) => {
        const length = shape.reduce((a, b) => a * b, 1) * elementBytes(dtype);
        return fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((bytes): [string, Tensor] => {
            return [name, tensorOf(dtype, shape, decodeValues(dtype, bytes))];
          });
      }),
    ),
  )
  .map((pairs) => new Map(pairs));

describe('safetensors', () => {
  it('reads what the Python package wrote', () => {
    const { tensors: read, metadata } = readSafetensors(fixture('python.safetensors'));
    assert.deepEqual(metadata, { seed: '42', note: 'für später' });
    const expected = readPth(fixture('element-types.pth')) as Map<string, Tensor>;
    for (const [name, tensor] of expected) assert.deepEqual(read.get(name), tensor, name);
    assert.deepEqual(read.get('scalar'), tensorOf('F32', [], Float32Array.of(3.5)));
    assert.deepEqual(read.get('empty'), tensorOf('F32', [0, 3], new Float32Array(0)));
    assert.equal(read.size, expected.size + 2);
  });

  it('writes a header in the given order, padded to 8 bytes, and raw little-endian data', () => {
    const bytes = writeSafetensors(
      new Map<string, Tensor>([
        ['10', tensorOf('I16', [3], Int16Array.of(1, -2, 256))],
        ['2', tensorOf('BF16', [1], Float32Array.of(1.5))],
      ]),
      { format: 'pt' },
    );
    const header =
      '{"__metadata__":{"format":"pt"},"10":{"dtype":"I16","shape":[3],"data_offsets":[0,6]},' +
      '"2":{"dtype":"BF16","shape":[1],"data_offsets":[6,8]}}    ';
    assert.deepEqual(bytes, file(header, [1, 0, 0xfe, 0xff, 0, 1, 0xc0, 0x3f]));
    assert.equal(header.length % 8, 0);
    assert.equal(strFromU8(writeSafetensors(new Map())), '\b\0\0\0\0\0\0\0{}      ');
  });

  it('writes what it reads again, to the same bytes every time', () => {
    const texts = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(tensors, texts, (written, metadata) => {
        const bytes = writeSafetensors(written, metadata);
        const read = readSafetensors(bytes);
        assert.deepEqual(read.metadata, { ...metadata });
        assert.deepEqual(new Set(read.tensors.keys()), new Set(written.keys()));
        for (const [name, { dtype, shape, values }] of written) {
          const back = read.tensors.get(name);
          assert.deepEqual([back?.dtype, back?.shape], [dtype, shape]);
          // NaN may come back as another NaN of 16 bits.
          assert.deepEqual([...(back?.values ?? [])], [...values]);
        }
        assert.deepEqual(writeSafetensors(written, metadata), bytes);
      }),
    );
  });

  it('lets a file be written piece by piece', () => {
    fc.assert(
      fc.property(tensors, (all) => {
        const entries = [...all].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
        const pieces = [
          safetensorsHeader(entries),
          ...[...all.values()].map((t) => encodeValues(t)),
        ];
        assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), writeSafetensors(all));
      }),
      { numRuns: 20 },
    );
  });

  it('refuses to write names twice and values that do not fit', () => {
    const a = { name: 'a', dtype: 'F32', shape: [1] } as const;
    refuses(() => safetensorsHeader([a, a]), 'invalid-input', /"a" is used twice or reserved/);
    refuses(
      () => safetensorsHeader([{ ...a, name: '__metadata__' }]),
      'invalid-input',
      /used twice or reserved/,
    );
    refuses(() => safetensorsHeader([{ ...a, shape: [-1] }]), 'invalid-input', /\[-1\]/);
    const torn: Tensor = { dtype: 'F32', shape: [2], values: new Float32Array(1) };
    refuses(() => writeSafetensors(new Map([['a', torn]])), 'invalid-input', /^a: has 1 value /);
  });

  it('reads tensors whose header is in another order than their data', () => {
    const header = `{"b":${entry('U8', '[1]', 4, 5)},"a":${entry('F32', '[]', 0, 4)}}`;
    const { tensors: read } = readSafetensors(file(header, [0, 0, 0x80, 0x3f, 7]));
    assert.deepEqual([...read.keys()], ['a', 'b']);
    assert.deepEqual(read.get('b')?.values, Uint8Array.of(7));
  });

  it('refuses a header that is no JSON object of tensors', () => {
    const cases: readonly [Uint8Array, RegExp][] = [
      [new Uint8Array(7), /7 bytes/],
      [file('{}').subarray(0, 9), /header of 2 bytes; the file has 1/],
      [new Uint8Array(16).fill(255), /header of 18446744073709552000 bytes/],
      [file(''), /not JSON/],
      [file('{"a":}'), /not JSON/],
      [file('[]'), /not a JSON object: \[\]/],
      [file('null'), /not a JSON object: null/],
      [Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x22, 0xff, 0x22), /not valid UTF-8/],
      [file('{"a":3}'), /^a: is 3 in the header/],
      [file(`{"a":${entry('F32', '[1.5]', 0, 6)}}`), /^a: has the shape \[1\.5\]/],
      [file(`{"a":${entry('F32', '{}', 0, 6)}}`), /^a: has the shape an object/],
      [file(`{"a":${entry('F32', '[]', 4, 0)}}`), /^a: has the data_offsets \[4,0\]/],
      [file('{"a":{"dtype":"F32","shape":[]}}'), /^a: has the data_offsets undefined/],
      [file('{"__metadata__":[]}'), /^__metadata__: is \[\], not an object/],
      [file('{"__metadata__":{"k":1}}'), /^__metadata__\.k: is 1, not a string/],
      [file(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`), /^a: is a list of lists/],
    ];
    for (const [bytes, message] of cases) {
      refuses(() => readSafetensors(bytes), 'invalid-input', message);
    }
    const other = file(`{"a":${entry('F8_E4M3', '[1]', 0, 1)}}`, [0]);
    refuses(() => readSafetensors(other), 'unsupported', /^a: dtype "F8_E4M3" .* F64, F32/);
  });

  it('refuses a name given twice, however it is spelt', () => {
    const [a, b] = [entry('U8', '[1]', 0, 1), entry('U8', '[1]', 1, 2)];
    for (const again of ['"a":', '"\\u0061" :', '"a"\n\t:']) {
      const bytes = file(`{"a":${a},${again}${b}}`, [1, 2]);
      refuses(() => readSafetensors(bytes), 'invalid-input', /name "a" twice/);
    }
    const inside = file(`{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}`, [1]);
    refuses(() => readSafetensors(inside), 'invalid-input', /name "dtype" twice/);
    const quoted = file(`{"__metadata__":{"x":"\\"a\\": {","y":"\\\\"},"a":${a}}`, [1]);
    assert.deepEqual(readSafetensors(quoted).metadata, { x: '"a": {', y: '\\' });
  });

  it('refuses data with gaps, overlaps, or another length than shape and type ask for', () => {
    const data = [1, 2, 3, 4];
    const pair = (a: string, b: string) => file(`{"a":${a},"b":${b}}`, data);
    const u8 = (start: number, end: number) => entry('U8', `[${end - start}]`, start, end);
    assert.equal(readSafetensors(pair(u8(0, 2), u8(2, 4))).tensors.size, 2);
    const cases: readonly [Uint8Array, RegExp][] = [
      [pair(u8(0, 2), u8(3, 4)), /^b: begins at byte 3 .* not 2: leaves a gap/],
      [pair(u8(0, 3), u8(2, 4)), /^b: begins at byte 2 .* not 3: overlaps/],
      [pair(u8(0, 4), u8(0, 4)), /^b: .* overlaps/],
      [pair(u8(1, 2), u8(2, 4)), /^a: .* leaves a gap/],
      [pair(u8(0, 2), u8(2, 3)), /take 3 bytes, the file has 4/],
      [pair(u8(0, 2), u8(2, 5)), /take 5 bytes, the file has 4/],
      [file(`{"a":${entry('F32', '[2]', 0, 4)}}`, data), /^a: has 4 bytes .* \[2\] takes 8/],
    ];
    for (const [bytes, message] of cases) {
      refuses(() => readSafetensors(bytes), 'invalid-input', message);
    }
  });

  it('ends with tensors or a LabError for every damaged file', () => {
    const good = fixture('python.safetensors');
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(edits, fc.nat(good.length), fc.boolean(), (changes, length, cut) => {
        const bytes = good.slice(0, cut ? length : undefined);
        for (const [at, value] of changes) bytes[at] = value;
        outcome(() => readSafetensors(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
