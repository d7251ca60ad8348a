import { zipSync } from 'fflate';

/** Parts of a pickle: text stands for its bytes, one for each of its characters. */
export type Part = string | number | readonly Part[];

export function bytesOf(...parts: readonly Part[]): Uint8Array {
  const bytes = (part: Part): number[] => {
    if (typeof part === 'number') return [part];
    return typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part.flatMap(bytes);
  };
  return Uint8Array.from(bytes(parts));
}

function littleEndian(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

export function string(text: string): Part {
  return ['X', littleEndian(text.length, 4), text];
}

/** LONG1 of 8 bytes: any size from 0 to 2⁵³ − 1, always in 10 bytes. */
export function integer(value: number): Part {
  return ['\x8a', 8, littleEndian(value, 8)];
}

export function tuple(...items: readonly Part[]): Part {
  return ['(', items, 't'];
}

export function global(module: string, name: string): Part {
  return `c${module}\n${name}\n`;
}

export interface TensorParts {
  readonly type?: string;
  readonly key?: string;
  readonly length: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function storage({ type = 'FloatStorage', key = '0', length }: TensorParts): Part {
  const id = tuple(
    string('storage'),
    global('torch', type),
    string(key),
    string('cpu'),
    integer(length),
  );
  return [id, 'Q'];
}

export function tensor(parts: TensorParts): Part {
  const { offset = 0, shape, strides } = parts;
  const args = tuple(
    storage(parts),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    '\x89',
    [global('collections', 'OrderedDict'), ')R'],
  );
  return [global('torch._utils', '_rebuild_tensor_v2'), args, 'R'];
}

/** A torch file as torch.save lays it out, around a pickle without PROTO and STOP. */
export function torchFile(
  pickle: Part,
  entries: Readonly<Record<string, Uint8Array>> = {},
  level: 0 | 9 = 0,
): Uint8Array {
  const files = Object.entries(entries).map(([name, bytes]) => [`file/${name}`, bytes] as const);
  return zipSync(
    Object.fromEntries([['file/data.pkl', bytesOf('\x80\x02', pickle, '.')], ...files]),
    { level },
  );
}
