import { counted } from '../../counted';
import { createScanner, printParseErrorCode, visit, type ParseErrorCode } from 'jsonc-parser';
import { show } from '../../errors';
import { nestedTooDeep } from './bounds';
import type { JsonSpan } from './tree';

/** A JSON syntax error. */
export interface SyntaxProblem extends JsonSpan {
  readonly message: string;
}

/** The syntax errors of a text, up to a limit. */
export interface SyntaxProblems {
  readonly problems: readonly SyntaxProblem[];
  /** Whether the limit was reached before the end of the text. */
  readonly unfinished: boolean;
}

const CONFLICT_BEGINS = /^<{7}(?: .*)?$/gm;
const CONFLICT_ENDS = /^>{7}(?: .*)?$/gm;
const CONFLICT_MARK = /^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$/m;

/**
 * Syntax errors in the order of the text: merge conflicts, or nesting that is too deep, or else the first
 * error of each line, since most later errors of a line follow from the first.
 * @param json without a byte order mark
 * @param maxDepth largest allowed nesting of brackets
 * @param maxProblems largest number of problems to report
 */
export function syntaxProblems(
  json: string,
  maxDepth: number,
  maxProblems: number,
): SyntaxProblems {
  const conflicts = mergeConflicts(json, maxProblems);
  if (conflicts.problems.length > 0) return conflicts;
  const tooDeep = offsetDeeperThan(maxDepth, json);
  if (tooDeep !== undefined) {
    return { problems: [tooDeepAt(tooDeep, maxDepth)], unfinished: false };
  }
  return grammarProblems(json, maxProblems);
}

/** The error for brackets that are nested too deep. */
export function tooDeepAt(offset: number, maxDepth: number): SyntaxProblem {
  return { offset, length: 0, message: nestedTooDeep(maxDepth) };
}

/** Merge conflicts in a text; their markers never begin a line of valid JSON. */
export function mergeConflicts(json: string, maxProblems: number): SyntaxProblems {
  const problems: SyntaxProblem[] = [];
  CONFLICT_BEGINS.lastIndex = 0;
  for (let from = 0; problems.length < maxProblems;) {
    CONFLICT_BEGINS.lastIndex = from;
    const begin = CONFLICT_BEGINS.exec(json);
    if (!begin) break;
    CONFLICT_ENDS.lastIndex = CONFLICT_BEGINS.lastIndex;
    const end = CONFLICT_ENDS.exec(json);
    const lines = end ? json.slice(begin.index, end.index).split('\n').length : undefined;
    const reach = lines === undefined ? '' : ` of ${counted(lines, 'line')}`;
    const message = `not JSON: a merge conflict${reach} begins here; keep one of its sides and remove the lines with <<<<<<<, ======= and >>>>>>>`;
    problems.push({ offset: begin.index, length: begin[0].length, message });
    from = end ? CONFLICT_ENDS.lastIndex : CONFLICT_BEGINS.lastIndex;
  }
  const rest = problems.length === 0 ? CONFLICT_MARK.exec(json) : null;
  if (rest) {
    const message = 'not JSON: this line is left over from a merge conflict; remove it';
    problems.push({ offset: rest.index, length: rest[0].length, message });
  }
  return { problems, unfinished: problems.length >= maxProblems };
}

class LimitReached extends Error {}

function grammarProblems(json: string, maxProblems: number): SyntaxProblems {
  const problems: SyntaxProblem[] = [];
  let nextLine = 0;
  const onError = (error: ParseErrorCode, offset: number, length: number): void => {
    if (offset < nextLine) return;
    if (problems.length >= maxProblems) throw new LimitReached();
    const what = printParseErrorCode(error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    const found = json.slice(offset, offset + Math.min(length, 200));
    const message = `not JSON: ${what}${found && `, found ${show(found)}`}`;
    problems.push({ offset, length, message });
    nextLine = endOfLine(json, offset);
  };
  try {
    visit(json, { onError }, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    return { problems, unfinished: true };
  }
  return { problems, unfinished: false };
}

function endOfLine(text: string, offset: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = offset;
  return end.exec(text)?.index ?? text.length + 1;
}

/** Offset of the first bracket nested more than `depth` deep; skips comments. */
function offsetDeeperThan(depth: number, json: string): number | undefined {
  const scanner = createScanner(json, true);
  let open = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= json.length) return undefined;
    if (scanner.getTokenLength() !== 1) continue;
    const token = json[offset];
    if (token === '[' || token === '{') open++;
    if (token === ']' || token === '}') open--;
    if (open > depth) return offset;
  }
}
