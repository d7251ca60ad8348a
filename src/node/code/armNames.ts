import { findNodeAtLocation, getLocation, getNodeValue, parseTree, type Node } from 'jsonc-parser';
import { prunesWeights, type PruningMethod } from '../../core/pruning/methods';
import { MAX_HALF_TYPED, type TextRange } from './experimentText';

/** An arm whose widths another arm can take. */
export interface ArmName {
  readonly name: string;
  /** How it prunes. */
  readonly method: string;
}

/** The arms that can be named at a place of the text, and what a name replaces. */
export interface ArmNames extends TextRange {
  readonly arms: readonly ArmName[];
}

/**
 * The arms that `widthsOf` can name, if an offset is in its value: all others that remove units. The text may be
 * half-typed.
 */
export function armNamesAt(text: string, offset: number): ArmNames | undefined {
  if (text.length > MAX_HALF_TYPED) return undefined;
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const [section, own, part, field] = path;
  const isWidths = section === 'arms' && part === 'pruning' && field === 'widthsOf';
  if (!isWidths || isAtPropertyKey || path.length !== 4) return undefined;
  const isWithin = previousNode?.type === 'string' && endOf(previousNode) >= offset;
  const replaced = isWithin && previousNode.offset <= offset ? previousNode : { offset, length: 0 };
  const arms = armsIn(text).flatMap((arm, i): ArmName[] => {
    if (i === own) return [];
    const name = valueIn(arm, 'name');
    const method = valueIn(arm, 'pruning', 'method');
    if (typeof name !== 'string' || typeof method !== 'string') return [];
    return removesUnits(method) ? [{ name, method }] : [];
  });
  return { arms, offset: replaced.offset, length: replaced.length };
}

function armsIn(text: string): readonly Node[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return (root && findNodeAtLocation(root, ['arms'])?.children) ?? [];
}

function valueIn(arm: Node, ...path: string[]): unknown {
  const node = findNodeAtLocation(arm, path);
  return node && getNodeValue(node);
}

function removesUnits(method: string): boolean {
  return method === 'scratch' || !prunesWeights(method as PruningMethod);
}

function endOf({ offset, length }: TextRange): number {
  return offset + length;
}
