import type { PageSelection } from './page';

/*
 * What the renderer of notebook outputs tells the extension. An output is data that anybody may have
 * written: what comes from its renderer is checked like any other input.
 */

/** Id of the renderer in the manifest. */
export const RENDERER_ID = 'polysemanticity-renderer';

/**
 * What was clicked in an output. Paths may be relative: they start from the notebook's folder, with `/`
 * between names. The experiment may be left out where the run is known.
 */
export type OutputSelection = Partial<Omit<PageSelection, 'source'>>;

/** Opens what was clicked in the big view beside the notebook. */
export interface OpenMessage {
  readonly type: 'open';
  readonly selection: OutputSelection;
}

/** Longer than any path. */
const LONGEST = 4096;
/** More than any network has. */
const MOST = 10_000_000;

/** A message of the renderer, with only those fields that it may have; undefined if it is none. */
export function readOpenMessage(message: unknown): OpenMessage | undefined {
  if (!isRecord(message) || message.type !== 'open' || !isRecord(message.selection)) {
    return undefined;
  }
  const selection: Record<string, string | number> = {};
  for (const name of ['experiment', 'run', 'checkpoint'] as const) {
    const value = message.selection[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > LONGEST) return undefined;
    if (value.includes('\0')) return undefined;
    selection[name] = value;
  }
  for (const name of ['layer', 'unit'] as const) {
    const value = message.selection[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MOST) {
      return undefined;
    }
    selection[name] = value as number;
  }
  return { type: 'open', selection };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
