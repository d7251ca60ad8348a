import { PthFile, type PthValue } from '../../../src/core/formats/pth';

/** All that a `.pth` file holds. */
export function readPth(bytes: Uint8Array): PthValue {
  const file = new PthFile(bytes, { file: 'file.pth', holds: 'parameters' });
  return file.read(file.root);
}
