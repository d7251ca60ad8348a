import { invalid, LabError } from '../errors';
import type { Unpickler } from './pickle';
import {
  describe,
  isHashable,
  isList,
  isTuple,
  Opaque,
  OrderedDict,
  PickleFunction,
  PickleObject,
  refusal,
} from './pickleValues';
import { decodeUtf8 } from './utf8';

/** Highest supported protocol, the default of torch.save. */
export const HIGHEST_PROTOCOL = 2;

/** One opcode of a pickle. */
export interface Operation {
  readonly name: string;
  readonly run: (reader: Unpickler) => void;
}

type Row = readonly [code: string, name: string, run: Operation['run']];

const READ: readonly Row[] = [
  ['\x80', 'PROTO', (r) => checkProtocol(r.unsigned(1))],
  ['.', 'STOP', (r) => r.stop()],
  ['N', 'NONE', (r) => r.push(null)],
  ['\x88', 'NEWTRUE', (r) => r.push(true)],
  ['\x89', 'NEWFALSE', (r) => r.push(false)],
  ['K', 'BININT1', (r) => r.push(r.unsigned(1))],
  ['M', 'BININT2', (r) => r.push(r.unsigned(2))],
  ['J', 'BININT', (r) => r.push(r.unsigned(4) | 0)],
  ['\x8a', 'LONG1', (r) => r.push(r.integer(r.unsigned(1)))],
  ['G', 'BINFLOAT', (r) => r.push(r.double())],
  ['X', 'BINUNICODE', (r) => r.push(decodeUtf8(r.take(r.unsigned(4)), 'a string'))],
  ['0', 'POP', (r) => void r.pop()],
  ['1', 'POP_MARK', (r) => void r.popToMark()],
  ['(', 'MARK', (r) => r.mark()],
  [')', 'EMPTY_TUPLE', (r) => r.push(Object.freeze([]))],
  ['\x85', 'TUPLE1', (r) => r.push(Object.freeze(r.popMany(1)))],
  ['\x86', 'TUPLE2', (r) => r.push(Object.freeze(r.popMany(2)))],
  ['\x87', 'TUPLE3', (r) => r.push(Object.freeze(r.popMany(3)))],
  ['t', 'TUPLE', (r) => r.push(Object.freeze(r.popToMark()))],
  [']', 'EMPTY_LIST', (r) => r.push([])],
  ['a', 'APPEND', (r) => append(r.popMany(1), r.top())],
  ['e', 'APPENDS', (r) => append(r.popToMark(), r.top())],
  ['}', 'EMPTY_DICT', (r) => r.push(new Map())],
  ['s', 'SETITEM', (r) => setItems(r.popMany(2), r.top())],
  ['u', 'SETITEMS', (r) => setItems(r.popToMark(), r.top())],
  ['q', 'BINPUT', (r) => r.remember(r.unsigned(1))],
  ['r', 'LONG_BINPUT', (r) => r.remember(r.unsigned(4))],
  ['h', 'BINGET', (r) => r.recall(r.unsigned(1))],
  ['j', 'LONG_BINGET', (r) => r.recall(r.unsigned(4))],
  ['c', 'GLOBAL', (r) => r.push(r.global())],
  ['Q', 'BINPERSID', (r) => r.push(r.host.load(r.pop()))],
  ['R', 'REDUCE', (r) => r.push(call(r.pop(), r.pop()))],
  ['\x81', 'NEWOBJ', (r) => r.push(make(r.pop(), r.pop()))],
  ['b', 'BUILD', (r) => checkState(r.pop(), r.top())],
  ['i', 'INST', (r) => refuse(`INST of ${r.global().name}`)],
];

/** Opcodes that torch.save does not use, each followed by its name for messages. */
const REFUSED =
  '2DUP BBINBYTES CSHORT_BINBYTES FFLOAT IINT LLONG PPERSID SSTRING TBINSTRING ' +
  'USHORT_BINSTRING VUNICODE dDICT gGET lLIST oOBJ pPUT \x82EXT1 \x83EXT2 \x84EXT4 ' +
  '\x8bLONG4 \x8cSHORT_BINUNICODE \x8fEMPTY_SET \x92NEWOBJ_EX \x93STACK_GLOBAL \x94MEMOIZE ' +
  '\x95FRAME';

const refusedRow = (known: string): Row => [known[0], known.slice(1), () => refuse(known.slice(1))];

/** By opcode, with names and meanings from CPython's Lib/pickletools.py. Supported are those of torch.save. */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map(
  [...READ, ...REFUSED.split(' ').map(refusedRow)].map(([code, name, run]) => [
    code.charCodeAt(0),
    { name, run },
  ]),
);

function checkProtocol(protocol: number): void {
  if (protocol > HIGHEST_PROTOCOL) {
    throw new LabError(
      'unsupported',
      `pickle protocol ${protocol} is not supported, only ${HIGHEST_PROTOCOL}`,
    );
  }
}

function append(items: readonly unknown[], target: unknown): void {
  if (target instanceof Opaque) return;
  if (!isList(target))
    throw invalid(`items are appended to ${describe(target)}, which is not a list`);
  for (const item of items) target.push(item);
}

function setItems(items: readonly unknown[], target: unknown): void {
  if (target instanceof Opaque) return;
  if (!(target instanceof Map)) {
    throw invalid(`items are set in ${describe(target)}, which is not a dict`);
  }
  if (items.length % 2 === 1)
    throw invalid(`a dict gets ${items.length} keys and values, an odd number`);
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (!isHashable(key)) throw invalid(`${describe(key)} is the key of a dict`);
    target.set(key, items[i + 1]);
  }
}

function call(args: unknown, callee: unknown): unknown {
  if (callee instanceof Opaque) return new Opaque(callee.name);
  if (!(callee instanceof PickleFunction)) throw refusal(`${describe(callee)} cannot be called`);
  if (!isTuple(args)) throw invalid(`${callee.name} is called with ${describe(args)}, not a tuple`);
  return callee.call(args);
}

/** An object of an unsupported class, represented by the class's name. */
function make(_args: unknown, type: unknown): Opaque {
  if (!(type instanceof PickleObject))
    throw refusal(`an object of ${describe(type)} cannot be created`);
  return new Opaque(type.name);
}

/** State dicts carry attributes (`_metadata`, the versions of their layers), which are ignored. */
function checkState(state: unknown, target: unknown): void {
  if (target instanceof Opaque || (target instanceof OrderedDict && state instanceof Map)) return;
  throw refusal(`the attributes of ${describe(target)} cannot be set from ${describe(state)}`);
}

function refuse(operation: string): never {
  throw refusal(`the operation ${operation} is not supported`);
}
