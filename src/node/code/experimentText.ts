import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { SCHEMA_ID } from '../../core/experiment/schemaId';

/*
 * What an editor looks up in the text of an `experiment.json`, also while it is half typed: what cannot
 * be found is left out, nothing throws.
 */

/** A stretch of a text, in UTF-16 units. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A width in `specimen.hidden`. */
export interface HiddenWidth extends Stretch {
  /** 0-based index of the hidden layer. */
  readonly layer: number;
  readonly width: number;
}

/** A string in the text. */
export interface TextValue extends Stretch {
  readonly value: string;
}

/** Files that an imported experiment names, by their field. */
export interface ImportedFile extends TextValue {
  readonly field: 'data.data' | 'data.encoder' | 'data.featureModel';
}

/** Longer than any specification; in UTF-16 units. */
const LONGEST = 1_000_000;

/** What is found in the text of an experiment. */
export interface ExperimentText {
  /** Whether its `$schema` says that it is an experiment of this lab; other files of that name are not. */
  readonly isOurs: boolean;
  /** By layer; entries that are no numbers are left out. */
  readonly hidden: readonly HiddenWidth[];
  /** Of imported data. */
  readonly files: readonly ImportedFile[];
}

/** Looks through the text of an `experiment.json`. */
export function readExperimentText(text: string): ExperimentText {
  const root = text.length <= LONGEST ? treeOf(text) : undefined;
  if (!root) return { isOurs: false, hidden: [], files: [] };
  return {
    isOurs: isSchemaOfExperiments(stringAt(root, ['$schema'])?.value),
    hidden: hiddenWidths(root),
    files: importedFiles(root),
  };
}

/** The hidden layer whose width is at an offset; right behind its last digit counts. */
export function layerAt(widths: readonly HiddenWidth[], at: number): number | undefined {
  return widths.find(({ offset, length }) => at >= offset && at <= offset + length)?.layer;
}

/** Whether a `$schema` is that of experiments: by its own name, or as a copy somewhere. */
export function isSchemaOfExperiments(schema: string | undefined): boolean {
  if (schema === undefined) return false;
  return schema === SCHEMA_ID || /(^|[/\\])experiment\.schema\.json$/.test(schema);
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text, [], { allowTrailingComma: true });
  } catch {
    // Nested so deeply that the stack ends: nothing that anybody wrote.
    return undefined;
  }
}

function hiddenWidths(root: Node): HiddenWidth[] {
  const list = findNodeAtLocation(root, ['specimen', 'hidden']);
  if (list?.type !== 'array') return [];
  return (list.children ?? []).flatMap(({ type, value, offset, length }, layer) =>
    type === 'number' ? [{ layer, width: value as number, offset, length }] : [],
  );
}

function importedFiles(root: Node): ImportedFile[] {
  if (stringAt(root, ['data', 'source'])?.value !== 'imported') return [];
  return (['data', 'encoder', 'featureModel'] as const).flatMap((name) => {
    const found = stringAt(root, ['data', name]);
    return found && found.value !== '' ? [{ field: `data.${name}` as const, ...found }] : [];
  });
}

function stringAt(root: Node, path: string[]): TextValue | undefined {
  const node = findNodeAtLocation(root, path);
  if (node?.type !== 'string') return undefined;
  return { value: node.value as string, offset: node.offset, length: node.length };
}
