/** Castagnoli's polynomial 0x1EDC6F41, bits reversed (RFC 3720, 12.1). */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC32C of bytes, as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * CRC32C as TFRecord stores it: rotated right by 15 bits, plus a constant, so that the checksum of a
 * string that holds checksums is no special case (TensorFlow, `core/lib/hash/crc32c.h`).
 */
function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Bytes of a record in addition to its data. */
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
