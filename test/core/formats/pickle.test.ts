import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_PICKLE_OPERATIONS, unpickle } from '../../../src/core/formats/pickle';
import { Opaque, OrderedDict } from '../../../src/core/formats/pickleValues';
import { TORCH } from '../../../src/core/formats/torchPickle';
import { outcome, refuses } from './files';
import { bytesOf, global, integer, storage, string, tensor, tuple, type Part } from './pickles';

function read(...parts: readonly Part[]): unknown {
  return unpickle(bytesOf('\x80\x02', parts, '.'), TORCH);
}

const ORDERED_DICT = [global('collections', 'OrderedDict'), ')R'];

describe('unpickler', () => {
  it('reads plain data as Python wrote it', () => {
    // pickle.dumps([None, True, False, 5, 300, -2, 2**40, 0.1, 'é', (), (1, 2, 3, 4)], protocol=2)
    const pickle = bytesOf(
      '\x80\x02]q\x00(N\x88\x89K\x05M,\x01J\xfe\xff\xff\xff\x8a\x06\x00\x00\x00\x00\x00\x01',
      'G?\xb9\x99\x99\x99\x99\x99\x9aX\x02\x00\x00\x00\xc3\xa9q\x01)(K\x01K\x02K\x03K\x04tq\x02e.',
    );
    const expected = [null, true, false, 5, 300, -2, 2 ** 40, 0.1, 'é', [], [1, 2, 3, 4]];
    assert.deepEqual(unpickle(pickle, TORCH), expected);
  });

  it('reads integers of any size', () => {
    assert.equal(read('\x8a\x00'), 0);
    assert.equal(read('\x8a\x01\xff'), -1);
    assert.equal(read('\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f'), 2n ** 63n - 1n);
    assert.equal(read('\x8a\xff', Array(254).fill(0), 0x80), -(2n ** 2039n));
  });

  it('reads lists, dicts and what is shared through the memo', () => {
    assert.deepEqual(read(']K\x01a(K\x02K\x03e'), [1, 2, 3]);
    assert.deepEqual(read('}', string('a'), 'K\x01s(K\x02NNK\x03u'), new Map<unknown, unknown>([['a', 1], [2, null], [null, 3]])); // prettier-ignore
    const [first, second] = read(']r\x00\x01\x00\x00j\x00\x01\x00\x00\x86') as unknown[];
    assert.equal(first, second);
  });

  it('leaves out the attributes of an OrderedDict, and sets no other', () => {
    const dict = read(ORDERED_DICT, '}', string('_metadata'), 'Nsb');
    assert.ok(dict instanceof OrderedDict && dict.size === 0);
    refuses(() => read('}}b'), 'unsupported', /byte 4 \(BUILD\)/, /a dict of 0/);
    refuses(() => read(ORDERED_DICT, '(Nltb'), 'unsupported', /\(LIST\)/);
    refuses(() => read(ORDERED_DICT, ')b'), 'unsupported', /\(BUILD\)/, /a tuple of 0/);
  });

  it('keeps of every other global the name, and makes, calls and changes nothing', () => {
    const names = [
      'os.system',
      'torch.load',
      'torch.FloatStorage.x',
      'builtins.eval',
      '__proto__.x',
    ];
    for (const name of names) {
      const [module, ...rest] = name.split('.');
      const named = global(module, rest.join('.'));
      const heard: string[] = [];
      const onUnknown = (unknown: string): void => void heard.push(unknown);
      const uses: Part[] = [
        named,
        [named, '(', string('echo'), 'tR'],
        [named, ')\x81', '}', string('a'), 'K\x01sb'],
        [named, ')R', 'K\x01a', '(K\x01K\x02e', string('a'), 'Ns', '(', string('a'), 'Nu'],
        [named, ')R', 'N\x85R'],
      ];
      for (const parts of uses) {
        const value = unpickle(bytesOf('\x80\x02', parts, '.'), { ...TORCH, onUnknown });
        assert.deepEqual(value, new Opaque(name));
        assert.deepEqual(Object.keys(value as object), ['name']);
      }
      assert.deepEqual(
        heard,
        uses.map(() => name),
      );
    }
    refuses(() => read('(iposix\nsystem\n'), 'unsupported', /\(INST\)/, /posix\.system/);
    refuses(() => read('(icollections\nOrderedDict\n'), 'unsupported', /INST of collections/);
  });

  it('leaves what an unknown function is given as it is', () => {
    // evil(d); d
    const value = read('}q\x00', string('a'), 'K\x01s', global('evil', 'clear'), 'h\x00\x85R', '0');
    assert.deepEqual(value, new Map([['a', 1]]));
  });

  it('takes tuples and unknown objects for keys, and no lists', () => {
    const dict = read('}', ')', 'K\x01s', global('a', 'b'), 'K\x02s') as Map<unknown, unknown>;
    assert.deepEqual([...dict.values()], [1, 2]);
  });

  it('makes unknown tensors of unknown storages, types and signs', () => {
    const good = { length: 1, shape: [1], strides: [1] };
    assert.deepEqual(read(tensor({ ...good, type: 'ComplexFloatStorage' })), new Opaque('torch.ComplexFloatStorage')); // prettier-ignore
    const untyped = [storage({ ...good, type: 'X' }), integer(0), tuple(), tuple(), '\x89', '}'];
    const rebuild = global('torch._utils', '_rebuild_tensor_v3');
    const value = read(rebuild, tuple(...untyped, global('torch', 'float8_e5m2')), 'R');
    assert.deepEqual(value, new Opaque('torch.float8_e5m2'));
    refuses(
      () => read(rebuild, tuple(...untyped, 'N'), 'R'),
      'invalid-input',
      /_rebuild_tensor_v3/,
    );
  });

  it('refuses other operations with their opcode and place', () => {
    const refused: readonly [string, Part][] = [
      ['OBJ', ['(', global('collections', 'OrderedDict'), 'o']],
      ['EXT1', '\x82\x01'],
      ['EXT2', '\x83\x01\x00'],
      ['EXT4', '\x84\x01\x00\x00\x00'],
      ['PERSID', 'P0\n'],
      ['STACK_GLOBAL', [string('os'), string('system'), '\x93']],
      ['NEWOBJ_EX', '\x92'],
      ['DUP', 'N2'],
      ['opcode 0xff', '\xff'],
      ['opcode 0x00', '\x00'],
    ];
    for (const [name, parts] of refused) {
      refuses(() => read(parts), 'unsupported', new RegExp(`byte \\d+ \\(${name}\\)`));
    }
    refuses(() => unpickle(bytesOf('\x80\x04N.'), TORCH), 'unsupported', /protocol 4/);
  });

  it('calls nothing but the known functions, with the arguments they take', () => {
    refuses(() => read('N)R'), 'unsupported', /None cannot be called/);
    refuses(
      () => read(global('torch', 'FloatStorage'), ')R'),
      'unsupported',
      /FloatStorage cannot be call/,
    );
    refuses(() => read(global('collections', 'OrderedDict'), ']R'), 'invalid-input', /list of 0/);
    refuses(() => read(global('collections', 'OrderedDict'), 'N\x85R'), 'invalid-input', /1 argum/);
    const rebuild = global('torch._utils', '_rebuild_tensor_v2');
    refuses(() => read(rebuild, ')R'), 'invalid-input', /_rebuild_tensor_v2 .* 0 arguments/);
    refuses(() => read(rebuild, tuple('N', 'N', 'N', 'N', 'N', 'N'), 'R'), 'invalid-input', /None/);
    const parameter = global('torch._utils', '_rebuild_parameter');
    refuses(
      () => read(parameter, tuple('N', 'N', 'N'), 'R'),
      'invalid-input',
      /None, not of a tens/,
    );
    refuses(() => read(parameter, 'N\x85R'), 'invalid-input', /1 arguments/);
  });

  it('refuses shapes, strides and offsets that are no sizes', () => {
    const good = { length: 1, shape: [1], strides: [1] };
    assert.ok(read(tensor(good)));
    const bad = (changed: Part, ...at: number[]) => {
      const args: Part[] = [storage(good), integer(0), tuple(integer(1)), tuple(integer(1))];
      at.forEach((i) => (args[i] = changed));
      return () =>
        read(global('torch._utils', '_rebuild_tensor_v2'), tuple(...args, '\x89', '}'), 'R');
    };
    refuses(bad('N', 1), 'invalid-input', /offset is None/);
    refuses(bad('J\xff\xff\xff\xff', 1), 'invalid-input', /offset is -1/);
    refuses(bad(tuple('G?\xe0\0\0\0\0\0\0'), 2), 'invalid-input', /shape of a tensor is 0\.5/);
    refuses(
      bad(tuple('\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f'), 3),
      'invalid-input',
      /922337203/,
    );
    refuses(bad(tuple('\x88'), 2), 'invalid-input', /shape of a tensor is true/);
    refuses(bad(']', 2), 'invalid-input', /shape of a tensor is a list of 0/);
    refuses(bad(')', 2), 'invalid-input', /0 dimensions and 1 stride/);
    refuses(bad(tuple(...Array<Part>(65).fill('K\x01')), 2, 3), 'invalid-input', /tuple of 65/);
  });

  it('does not take the negative or conjugate of a tensor for the tensor', () => {
    const good = { length: 1, shape: [1], strides: [1] };
    const rebuilt = (metadata: Part) => {
      const sizes = tuple(integer(1));
      const args = tuple(storage(good), integer(0), sizes, sizes, '\x89', '}', metadata);
      return () => read(global('torch._utils', '_rebuild_tensor_v2'), args, 'R');
    };
    assert.ok(rebuilt('}')());
    assert.ok(rebuilt('N')());
    const negative = rebuilt(['}', string('neg'), '\x88s'])();
    assert.deepEqual(negative, new Opaque('torch.negative-or-conjugate'));
  });

  it('refuses persistent ids of any other shape', () => {
    const five = (type: Part, key: Part, length: Part) =>
      tuple(string('storage'), type, key, string('cpu'), length);
    const float = global('torch', 'FloatStorage');
    const ids: readonly [Part, RegExp][] = [
      ['N', /persistent id is None/],
      [string('0'), /persistent id is "0"/],
      [')', /a tuple of 0/],
      [tuple(string('module'), 'N', 'N', 'N', 'N'), /five parts/],
      [five('N', string('0'), 'K\x01'), /type None/],
      [
        five(global('collections', 'OrderedDict'), string('0'), 'K\x01'),
        /collections\.OrderedDict/,
      ],
      [five(float, 'K\x00', 'K\x01'), /key 0, not a string/],
      [five(float, string('0'), 'J\xff\xff\xff\xff'), /length of a storage is -1/],
      [five(float, string('0'), 'N'), /length of a storage is None/],
    ];
    for (const [id, message] of ids) refuses(() => read(id, 'Q'), 'invalid-input', message);
  });

  it('refuses programs that do not add up', () => {
    const broken: readonly [Part, RegExp][] = [
      ['', /\(STOP\): the stack is empty/],
      ['h\x07', /memo entry 7 does not exist/],
      ['q\x00', /the stack is empty/],
      ['N(a', /\(APPEND\): the stack is empty/],
      ['t', /no mark/],
      [')Na', /appended to a tuple of 0/],
      ['}Na', /appended to a dict/],
      ['](NNu', /set in a list of 0/],
      ['}(Nu', /1 keys and values/],
      ['}]Ns', /a list of 0 is the key/],
      ['X\xff\xff\xff\xff', /4294967295 bytes are needed, but only 1 are left/],
      ['X\x01\x00\x00\x00\xff', /a string is not valid UTF-8/],
      ['cos', /a line is not terminated/],
      ['G', /8 bytes are needed/],
    ];
    for (const [parts, message] of broken) refuses(() => read(parts), 'invalid-input', message);
    refuses(() => unpickle(bytesOf('N'), TORCH), 'invalid-input', /byte 1 \(end\)/);
    refuses(() => unpickle(bytesOf(), TORCH), 'invalid-input', /byte 0/);
  });

  it('ends after a limited number of operations', () => {
    const pickle = new Uint8Array(MAX_PICKLE_OPERATIONS + 1).fill('('.charCodeAt(0));
    refuses(() => unpickle(pickle, TORCH), 'invalid-input', /more than 1048576 operations/);
  });

  it('ends with data or a LabError for every sequence of operations', () => {
    const fragments: Part[] = [
      ...'()]}tesuaRbQNhq2.\x85\x86\x87\x88',
      ['h', 0],
      ['q', 0],
      ['j\x01\x00\x00\x00'],
      'K\x00',
      integer(2 ** 53 - 1),
      string('storage'),
      string('0'),
      ORDERED_DICT,
      global('torch', 'FloatStorage'),
      global('torch._utils', '_rebuild_tensor_v2'),
      global('torch._utils', '_rebuild_parameter'),
      global('os', 'system'),
      '\x81',
      '0',
      '1',
      storage({ length: 1, shape: [], strides: [] }),
      tensor({ length: 1, shape: [], strides: [] }),
    ];
    let values = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 40 }), (parts) => {
        const result = outcome(() => read(parts));
        if (!(result instanceof Error)) values++;
      }),
      { numRuns: 3000 },
    );
    assert.ok(values > 0);
  });
});
