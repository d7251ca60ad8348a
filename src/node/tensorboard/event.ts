/*
 * TensorBoard's messages in the wire format of protocol buffers: a field is a tag (number × 8 + wire type)
 * and a value. Only the fields for scalars (TensorFlow, `core/util/event.proto`,
 * `core/framework/summary.proto`):
 *
 *   Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
 *   Summary { repeated Value value = 1; }
 *   Value { string tag = 1; float simple_value = 2; }
 */

/** Named numbers at a moment. */
export interface Scalars {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** Not negative. */
  readonly step: number;
  /** By tag; tags with the same word before a slash are shown together. */
  readonly values: ReadonlyMap<string, number>;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** The first event of every file. */
export function fileVersionEvent(wallTime: number): Uint8Array {
  return Buffer.concat([double(1, wallTime), delimited(3, Buffer.from('brain.Event:2'))]);
}

/** An event that holds scalars, as float32. */
export function scalarsEvent({ wallTime, step, values }: Scalars): Uint8Array {
  const summary = Array.from(values, ([tag, value]) =>
    delimited(1, Buffer.concat([delimited(1, Buffer.from(tag)), float(2, value)])),
  );
  return Buffer.concat([
    double(1, wallTime),
    tagOf(2, VARINT),
    varint(step),
    delimited(5, Buffer.concat(summary)),
  ]);
}

function tagOf(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

/** Seven bits a byte, the lowest first; all but the last byte have the highest bit set. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function delimited(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tagOf(field, LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tagOf(field, FIXED64), bytes]);
}

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tagOf(field, FIXED32), bytes]);
}
