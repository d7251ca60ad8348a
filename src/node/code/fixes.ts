import { findNodeAtLocation, modify, parseTree, type Edit } from 'jsonc-parser';
import type { Change } from '../../core/experiment/contradictions';
import type { SpecificationProblem } from '../../core/experiment/parse';

/** A change of the text that fixes a problem. */
export interface Fix {
  readonly kind: 'rename' | 'set' | 'remove';
  /** The changed field, e.g. `features.count`; for a rename, the new name. */
  readonly field: string;
  /** The new value as JSON; empty for a rename or removal. */
  readonly value: string;
  /** Sorted by offset, without overlaps. */
  readonly edits: readonly Edit[];
}

/** The fix of a problem, if there is exactly one. */
export function fixOf(text: string, problem: SpecificationProblem): Fix | undefined {
  const { rename, change, offset, length } = problem;
  if (rename !== undefined) {
    const edits = [{ offset, length, content: JSON.stringify(rename) }];
    return { kind: 'rename', field: rename, value: '', edits };
  }
  return change && fixByChange(text, change);
}

function fixByChange(text: string, { path, value }: Change): Fix | undefined {
  const field = path.join('.');
  if (value === undefined) {
    return { kind: 'remove', field, value: '', edits: modify(text, [...path], undefined, {}) };
  }
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, [...path]);
  if (!node)
    return {
      kind: 'set',
      field,
      value: shown(value),
      edits: modify(text, [...path], value, IN_STYLE),
    };
  const { offset, length } = node;
  const content = shown(value);
  return { kind: 'set', field, value: content, edits: [{ offset, length, content }] };
}

/** Formatting of an added field: as in the templates. */
const IN_STYLE = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

function shown(value: unknown): string {
  return JSON.stringify(value).replaceAll(',', ', ');
}
