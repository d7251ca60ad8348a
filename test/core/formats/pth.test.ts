import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { MEMORY_FLOOR, MEMORY_PER_FILE_BYTE } from '../../../src/core/formats/memoryBudget';
import type { PthValue } from '../../../src/core/formats/pth';
import type { Tensor } from '../../../src/core/formats/tensor';
import { fixture, fixtureNames, fixtureText, outcome, refuses } from './files';
import { readPth } from './pthFiles';
import { bytesOf, string, tensor, torchFile, tuple, type Part } from './pickles';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** As make.py describes what PyTorch finds. */
function describeValue(value: PthValue): Json {
  if (value instanceof Map) {
    return { dict: [...value].map((item) => item.map((part) => describeValue(part as PthValue))) };
  }
  if (Array.isArray(value)) return value.map((item) => describeValue(item as PthValue));
  if (typeof value === 'object' && value !== null) {
    const { dtype, shape, values } = value as Tensor;
    const items = Array.from(values as ArrayLike<number | bigint>, (item) =>
      dtype === 'BOOL' ? item === 1 : describeNumber(item),
    );
    return { dtype, shape, values: items };
  }
  return typeof value === 'number' || typeof value === 'bigint' ? describeNumber(value) : value;
}

function describeNumber(value: number | bigint): Json {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : { number: String(value) };
  }
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : { number: String(value) };
}

function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function get(value: PthValue, key: string): Tensor {
  assert.ok(value instanceof Map);
  return value.get(key) as Tensor;
}

describe('.pth reader', () => {
  const expected = JSON.parse(fixtureText('expected.json')) as Record<string, Json>;
  for (const [name, value] of Object.entries(expected)) {
    it(`finds in ${name} what PyTorch finds`, () => {
      assert.deepEqual(describeValue(readPth(fixture(name))), value);
    });
  }

  it('holds 16-bit floats as float32 and 64-bit integers as bigints', () => {
    const value = readPth(fixture('element-types.pth'));
    assert.ok(get(value, 'float16').values instanceof Float32Array);
    assert.ok(get(value, 'bfloat16').values instanceof Float32Array);
    assert.ok(get(value, 'int64').values instanceof BigInt64Array);
    assert.ok(get(value, 'bool').values instanceof Uint8Array);
  });

  it('gives views of one storage arrays of their own', () => {
    const value = readPth(fixture('views.pth'));
    const [base, column] = [get(value, 'base'), get(value, 'column')];
    const before = Float32Array.from(column.values as Float32Array);
    (base.values as Float32Array).fill(-1);
    assert.deepEqual(column.values, before);
  });

  it('refuses what is no data by name, and says what to do about other formats', () => {
    const nothing = /nothing was executed/;
    const refused: readonly [string, ...RegExp[]][] = [
      ['command.pth', /^\["hook"\]: .*"posix\.system"/, nothing],
      ['module.pth', /"torch\.nn\.modules\.container\.Sequential"/, /state_dict\(\)/, nothing],
      ['sparse.pth', /a sparse tensor/, nothing],
      ['complex.pth', /complex numbers/, nothing],
      ['legacy.pth', /PyTorch 1\.5 or earlier/, /torch\.save\(torch\.load\('file\.pth'\), 'file-/],
      ['plain.pkl', /a plain pickle/, /torch\.save/],
      ['protocol-4.pth', /protocol 4/, /torch\.save\(torch\.load\(/],
    ];
    for (const [name, ...messages] of refused) {
      refuses(() => readPth(fixture(name)), 'unsupported', ...messages);
    }
  });

  it('refuses what is no torch file', () => {
    refuses(() => readPth(new Uint8Array(0)), 'unsupported', /^is empty/);
    refuses(() => readPth(fixture('make.py')), 'unsupported', /^is a text/);
    const other = zipSync({ 'a/b.npy': bytesOf('x') });
    refuses(() => readPth(other), 'unsupported', /^is a file of NumPy arrays \(\.npz\): "a\/b"/);
    const two = zipSync({ 'a/data.pkl': bytesOf('N.'), 'b/data.pkl': bytesOf('N.') });
    refuses(() => readPth(two), 'unsupported', /^is a zip archive of \["a\/data\.pkl","b/);
    refuses(
      () => readPth(torchFile('N', { byteorder: bytesOf('middle') })),
      'invalid-input',
      /"file\/byteorder" is "middle"/,
    );
  });

  it('names the tensor whose storage is missing or of another size', () => {
    const inDict = (part: Part): Part => ['}', string('a.weight'), part, 's'];
    const part = tensor({ length: 2, shape: [2], strides: [1] });
    refuses(
      () => readPth(torchFile(inDict(part))),
      'invalid-input',
      /^\["a\.weight"\]: .*no entry "file\/data\/0"/,
    );
    const short = torchFile(tuple('N', inDict(part)), { 'data/0': floats(1) });
    refuses(() => readPth(short), 'invalid-input', /^\[1\]\["a\.weight"\]: .* 4 bytes.* 2 F32/);
    const empty = tensor({ length: 0, shape: [0, 5], strides: [5, 1] });
    assert.deepEqual(readPth(torchFile(empty, { 'data/0': floats() })), {
      dtype: 'F32',
      shape: [0, 5],
      values: new Float32Array(0),
    });
  });

  it('refuses views that leave their storage', () => {
    const view = (offset: number, shape: number[], strides: number[]) => {
      const part = tensor({ length: 6, offset, shape, strides });
      return () => readPth(torchFile(part, { 'data/0': floats(0, 1, 2, 3, 4, 5) }));
    };
    assert.deepEqual((view(1, [2, 2], [3, 1])() as Tensor).values, Float32Array.of(1, 2, 4, 5));
    refuses(view(2, [2, 2], [3, 1]), 'invalid-input', /\[2,2\].*\[3,1\].* element 6 of .* 6/);
    refuses(view(6, [], []), 'invalid-input', /element 6/);
    refuses(view(0, [2], [2 ** 53 - 1]), 'invalid-input', /element 9007199254740991/);
    const many = Array<number>(64).fill(2 ** 53 - 1);
    refuses(view(0, many, many), 'invalid-input', /reaches element/);
    refuses(view(0, [...many.slice(1), 0], many), 'invalid-input', /would take NaN bytes/);
  });

  it('takes no more than 16 times the file and 1 MB for tensors', () => {
    const expand = (count: number) =>
      torchFile(tensor({ length: 1, shape: [count], strides: [0] }), { 'data/0': floats(2.5) });
    const limit = MEMORY_PER_FILE_BYTE * expand(1).length + MEMORY_FLOOR;
    // The storage takes 4 bytes of it, and every element 4.
    const most = Math.floor((limit - 4) / 4);
    assert.equal((readPth(expand(most)) as Tensor).values.length, most);
    refuses(() => readPth(expand(most + 1)), 'invalid-input', new RegExp(`\\[${most + 1}\\]`));
    const terabytes = tensor({ length: 1, shape: [1e6, 1e6], strides: [0, 0] });
    const file = torchFile(terabytes, { 'data/0': floats(1) });
    refuses(() => readPth(file), 'invalid-input', /\[1000000,1000000\] would take 4000000000000 b/);
  });

  it('counts all tensors of a file together, widened ones as they are held', () => {
    const part = (type: string, count: number) => tensor({ type, length: 2, shape: [count], strides: [0] }); // prettier-ignore
    const read = (type: string) => {
      const parts = Array.from({ length: 3 }, () => part(type, 100_000));
      const bytes = type === 'HalfStorage' ? 4 : 2;
      return () => readPth(torchFile(tuple(...parts), { 'data/0': new Uint8Array(bytes) }));
    };
    refuses(read('HalfStorage'), 'invalid-input', /^\[2\]: .* would take 400000 bytes/);
    assert.equal((read('ByteStorage')() as PthValue[]).length, 3);
  });

  it('stops bombs in the pickle and in the storages', () => {
    const zeros = new Uint8Array(2 ** 22);
    const part = tensor({ length: zeros.length / 4, shape: [1], strides: [1] });
    const packed = torchFile(part, { 'data/0': zeros }, 9);
    refuses(() => readPth(packed), 'invalid-input', /"file\/data\/0" would take 4194304 bytes/);
    const pickle = torchFile(string('a'.repeat(2 ** 21)), {}, 9);
    refuses(() => readPth(pickle), 'invalid-input', /"file\/data\.pkl" would take/);
  });

  it('refuses values that unfold without end', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => ['q', i, 'h', i, '\x86'] as const);
    refuses(() => readPth(torchFile([')', doubling])), 'invalid-input', /more than 1048576 values/);
    const inItself = torchFile(']q\x00h\x00a');
    refuses(() => readPth(inItself), 'invalid-input', /64 levels/);
    const deep = torchFile([')', '\x85'.repeat(100_000)]);
    refuses(() => readPth(deep), 'invalid-input', /64 levels/);
    const nearly = readPth(torchFile([')', '\x85'.repeat(63)]));
    assert.ok(Array.isArray(nearly));
  });

  it('refuses storages and classes that stand as values', () => {
    const file = torchFile(tuple('ctorch\nFloatStorage\n'));
    refuses(() => readPth(file), 'unsupported', /^\[0\]: torch\.FloatStorage is not a value/);
  });

  it('ends with a value or a LabError for every damaged file', () => {
    const names = fixtureNames.filter((name) => name.endsWith('.pth'));
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 });
    const kept = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.constantFrom(...names), edits, kept, (name, changes, share) => {
        const bytes = fixture(name);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        outcome(() => readPth(bytes.subarray(0, Math.ceil(share * bytes.length))));
      }),
      { numRuns: 1000 },
    );
  });

  it('ends with a value or a LabError for every damaged pickle in a sound archive', () => {
    const good: Part = [
      '}(',
      string('a'),
      tensor({ length: 4, shape: [2, 2], strides: [1, 2] }),
      string('b'),
      tensor({ length: 4, offset: 1, shape: [3], strides: [0], key: '0' }),
      'u',
    ];
    const pickle = bytesOf(good);
    let values = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(pickle.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const bytes = pickle.slice();
          for (const [at, value] of changes) bytes[at] = value;
          const file = torchFile([...bytes], { 'data/0': floats(1, 2, 3, 4) });
          const value = outcome(() => readPth(file));
          if (value instanceof LabError) return;
          describeValue(value);
          values++;
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(values > 0);
  });
});
