import { counted } from './counted';

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/**
 * A number of bytes for people, with three significant digits: `12 bytes`, `640 kB`, `37.3 GB`. Units are powers
 * of a thousand, as disks are labelled.
 */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  let unit = 0;
  let value = threeDigits(bytes / 1000);
  // Compared after rounding: 999,999 bytes are 1 MB, not 1000 kB.
  while (value >= 1000 && unit < UNITS.length - 1) {
    unit++;
    value = threeDigits(bytes / 1000 ** (unit + 1));
  }
  return `${value} ${UNITS[unit]}`;
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}
