import { fileKindOfText } from './textKind';

/* Recognises files by content, since extensions may be wrong, but the first bytes of a format rarely are. */

/** A recognised format. */
export type FormatId =
  | 'archive'
  | 'arrow'
  | 'compressed'
  | 'csv'
  | 'empty'
  | 'hdf5'
  | 'html'
  | 'json'
  | 'legacy-torch'
  | 'lfs-pointer'
  | 'matlab'
  | 'npy'
  | 'onnx'
  | 'other'
  | 'parquet'
  | 'pickle'
  | 'safetensors'
  | 'text'
  | 'unknown'
  | 'zip';

/** A format, and its name in messages. */
export interface FileKind {
  readonly format: FormatId;
  /** With its article, e.g. `a NumPy array (.npy)`. */
  readonly name: string;
}

/** Number of leading bytes that are examined. */
const HEAD_BYTES = 2 ** 14;

type Signature = readonly [at: number, bytes: string, format: FormatId, name: string];

/** First bytes of every torch file before PyTorch 1.6: LONG1 of 0x1950a86a20f9469cfc6c. */
const LEGACY_START = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** Signatures of formats at a byte offset; each character stands for a byte. */
const SIGNATURES: readonly Signature[] = [
  [0, LEGACY_START, 'legacy-torch', 'a torch file in the format of PyTorch 1.5 or earlier'],
  [0, 'PK\x03\x04', 'zip', 'a zip archive'],
  [0, 'PK\x05\x06', 'zip', 'an empty zip archive'],
  [0, '\x93NUMPY', 'npy', 'a NumPy array (.npy)'],
  [0, '\x89HDF\r\n\x1a\n', 'hdf5', 'an HDF5 file, as Keras writes (.h5, .hdf5)'],
  [512, '\x89HDF\r\n\x1a\n', 'hdf5', 'an HDF5 file (MATLAB 7.3 or later)'],
  [0, 'MATLAB 5.0 MAT-file', 'matlab', 'a MATLAB file (.mat)'],
  [0, 'PAR1', 'parquet', 'a Parquet table'],
  [0, 'ARROW1', 'arrow', 'an Arrow or Feather table'],
  [0, 'FEA1', 'arrow', 'a Feather table'],
  [0, 'GGUF', 'other', 'a GGUF model'],
  [4, 'TFL3', 'other', 'a TensorFlow Lite model'],
  [0, '\x1f\x8b', 'compressed', 'a gzip file (.gz)'],
  [0, 'BZh', 'compressed', 'a bzip2 file (.bz2)'],
  [0, '\xfd7zXZ\x00', 'compressed', 'an xz file (.xz)'],
  [0, '\x28\xb5\x2f\xfd', 'compressed', 'a Zstandard file (.zst)'],
  [0, '7z\xbc\xaf\x27\x1c', 'archive', 'a 7z archive'],
  [0, 'Rar!', 'archive', 'a RAR archive'],
  [257, 'ustar', 'archive', 'a tar archive'],
  [0, '%PDF-', 'other', 'a PDF document'],
  [0, '\xd0\xcf\x11\xe0', 'other', 'an old Office document'],
  [0, 'SQLite format 3\x00', 'other', 'an SQLite database'],
  [0, '\x89PNG', 'other', 'a PNG picture'],
  [0, '\xff\xd8\xff', 'other', 'a JPEG picture'],
  [0, 'GIF8', 'other', 'a GIF picture'],
  [0, '\x7fELF', 'other', 'a program'],
  [0, 'MZ', 'other', 'a Windows program'],
];

/** Recognises a file from its first 16,384 bytes at most. Zip archives are distinguished later by their directory. */
export function fileKindOf(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return { format: 'empty', name: 'empty' };
  // Comes first, since a header's length may begin like a pickle.
  if (isSafetensors(bytes)) return { format: 'safetensors', name: 'a safetensors file' };
  for (const [at, text, format, name] of SIGNATURES) {
    if (startsWith(bytes, text, at)) return { format, name };
  }
  if (bytes[0] === 0x80 && bytes.length > 1 && bytes[1] >= 1 && bytes[1] <= 5) {
    return { format: 'pickle', name: 'a plain pickle (.pkl)' };
  }
  const head = bytes.subarray(0, HEAD_BYTES);
  if (isOnnx(head)) return { format: 'onnx', name: 'an ONNX model' };
  return fileKindOfText(head, head.length < bytes.length) ?? unknown(bytes);
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Eight bytes with the length of the JSON object that follows; see safetensors.ts. */
function isSafetensors(bytes: Uint8Array): boolean {
  // Headers are limited to 100 MB, so the upper four bytes of the length are 0.
  return (
    bytes.length >= 10 && startsWith(bytes, '\0\0\0\0{', 4) && [0x22, 0x7d, 0x20].includes(bytes[9])
  );
}

/**
 * A protocol buffer that begins with field 1 (ir_version), a small number, followed by one of the next fields
 * of an ONNX model: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, ModelProto.
 */
function isOnnx(bytes: Uint8Array): boolean {
  const [tag, version, next] = bytes;
  return (
    bytes.length > 4 &&
    tag === 0x08 &&
    version > 0 &&
    version < 0x20 &&
    [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(next)
  );
}

function unknown(bytes: Uint8Array): FileKind {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return {
    format: 'unknown',
    name: `a file of unknown format (it begins with the bytes ${start.join(' ')})`,
  };
}
