import { maskedCrc32c } from './crc32c';

/** Bytes of a record beside its data. */
const OVERHEAD = 8 + 4 + 4;

/**
 * A TFRecord (TensorFlow, `core/lib/io/record_writer.h`), little endian: length (uint64), masked CRC32C
 * of the length (uint32), the data, masked CRC32C of the data (uint32).
 */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + OVERHEAD);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
