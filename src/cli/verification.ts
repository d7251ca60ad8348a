import { invalid } from '../core/errors';
import type { Verification } from '../node/runStore/verifyRun';
import { glyphsFor } from './glyphs';
import { textTable } from './table';
import type { Terminal } from './terminal';

/** The state of a run's files or legs compared with what was saved, as a table. */
export function verificationTable({ parts, remarks }: Verification, out: Terminal): string {
  const table = textTable(
    [
      { heading: ['part'], align: 'left' },
      { heading: ['state'], align: 'left' },
    ],
    parts.map(({ name, state, damage }) => [
      name,
      damage === undefined ? state : `${state}: ${damage}`,
    ]),
    { width: out.width(), rule: glyphsFor(out).rule },
  );
  const nothing = parts.length === 0 ? ['no leg is finished yet'] : [table];
  const isUnknown = parts.some(({ state }) => state === 'whole');
  const note = isUnknown
    ? ['"whole": saved by an earlier version, which stored no digest to compare with']
    : [];
  return [...nothing, ...remarks, ...note].join('\n\n');
}

/** @throws LabError naming the damaged parts, if any */
export function requireUndamaged({ state, parts }: Verification, folder: string): void {
  const damaged = parts.filter((part) => part.state === 'damaged').map(({ name }) => name);
  if (damaged.length === 0) return;
  const advice =
    state === 'finished'
      ? 'restore it from a copy, or run the experiment again: the same specification gives the same bytes'
      : 'resume the run: only these parts are repeated';
  throw invalid(`not as it was saved: ${damaged.join(', ')}; ${advice}`, { file: folder });
}
