/** A large input that was made to cost much. */
export interface HostileInput {
  /** Key in the table of parsers. */
  readonly parser: string;
  readonly title: string;
  readonly make: () => Uint8Array;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const many = (count: number, item: (i: number) => string, between = ','): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(between);

function safetensors(header: string): Uint8Array {
  const bytes = text(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return Buffer.concat([length, bytes]);
}

const NOTEBOOK_END = '"nbformat":4,"nbformat_minor":5}';

/** Each at least once seen to take minutes or gigabytes, or made like one that was. */
export const HOSTILE: readonly HostileInput[] = [
  {
    parser: 'experiment.json',
    title: '40,000 unknown fields',
    make: () => text(`{${many(40_000, (i) => `"unknown${i}": 0`)}}`),
  },
  {
    parser: 'experiment.json',
    title: '200,000 lines of comments',
    make: () => text(`{\n${'//\n'.repeat(200_000)}}`),
  },
  { parser: 'experiment.json', title: 'a million brackets', make: () => text('['.repeat(1e6)) },
  {
    parser: 'experiment.json',
    title: 'a million seeds, each twice',
    make: () => text(`{"name":"x","seeds":[${many(500_000, (i) => `${i},${i}`)}]}`),
  },
  {
    parser: 'experiment.json',
    title: 'a name of 5 MB',
    make: () => text(`{"name":"${'x'.repeat(5e6)}"}`),
  },
  {
    parser: 'csv',
    title: '60,000 columns',
    make: () => text(`${many(60_000, (i) => `c${i}`)}\n${many(60_000, String)}\n`),
  },
  { parser: 'csv', title: 'one cell of 8 MB', make: () => text('1'.repeat(8e6)) },
  { parser: 'csv', title: 'quotes without end', make: () => text('"a\n'.repeat(1e6)) },
  {
    parser: 'notebook',
    title: 'metadata of a million brackets',
    make: () => text(`{"cells":[],"metadata":${'['.repeat(5e5)}${']'.repeat(5e5)},${NOTEBOOK_END}`),
  },
  {
    parser: 'notebook',
    title: '100,000 cells',
    make: () =>
      text(
        `{"cells":[${many(100_000, () => '{"cell_type":"raw","metadata":{},"source":""}')}],"metadata":{},${NOTEBOOK_END}`,
      ),
  },
  {
    parser: 'safetensors',
    title: 'a header of 100,000 tensors',
    make: () =>
      safetensors(
        `{${many(100_000, (i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`)}}`,
      ),
  },
  {
    parser: 'safetensors',
    title: 'a header of a million brackets',
    make: () => safetensors('['.repeat(1e6)),
  },
  { parser: 'pth', title: '8 MB of zeros', make: () => new Uint8Array(8e6) },
  {
    parser: 'pth',
    title: 'a plain pickle of marks',
    make: () => Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(4e6, '('), Buffer.from('.')]),
  },
  { parser: 'run.json', title: 'deep JSON', make: () => text('{"a":'.repeat(500_000)) },
  {
    parser: 'metrics.jsonl',
    title: 'one line of 30 MB',
    make: () => text(`{"a":"${'x'.repeat(3e7)}"}\n`),
  },
  { parser: 'metrics.jsonl', title: 'a million empty lines', make: () => text('\n'.repeat(1e6)) },
];
