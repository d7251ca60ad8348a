import type { MimeBundle } from '../../../protocol/kernel';

/** How values of the lab are shown; undefined for any other. */
export function ownOutput(_value: unknown): MimeBundle | undefined {
  return undefined;
}
