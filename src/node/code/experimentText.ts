import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { MAX_TEXT_LENGTH } from '../../core/experiment/maxTextLength';
import { SCHEMA_ID } from '../../core/experiment/schemaId';
import { BYTE_ORDER_MARK } from '../../core/formats/json/positions';
import { readJsonTree, type JsonNode } from '../../core/formats/json/tree';

/*
 * Finds values in the text of an `experiment.json` for editors, even in half-typed text: leaves out what it
 * cannot find, and never throws.
 */

/** A range of a text, in UTF-16 units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** A width in `specimen.hidden`. */
export interface HiddenWidth extends TextRange {
  /** 0-based index of the hidden layer. */
  readonly layer: number;
  readonly width: number;
}

/** A string in the text. */
export interface TextValue extends TextRange {
  readonly value: string;
}

/** A file that an imported experiment names, with its field. */
export interface ImportedFile extends TextValue {
  readonly field: 'data.data' | 'data.encoder' | 'data.featureModel';
}

/** Longer texts are parsed only up to their first syntax error, so that the editor stays responsive. */
export const MAX_HALF_TYPED = 100_000;
/** Fields to look for. */
const EXPECTED = new Set([
  '$schema',
  'specimen',
  'hidden',
  'data',
  'source',
  'encoder',
  'featureModel',
]);

/** A value in the text, from either parser. */
interface Value extends TextRange {
  readonly type: string;
  readonly value?: unknown;
  readonly entries?: readonly Value[];
}

/** The value of a field. */
type Lookup = (path: readonly string[]) => Value | undefined;

/** Values in the text of an experiment. */
export interface ExperimentText {
  /** Whether its `$schema` is that of the lab; other tools may use the same file name. */
  readonly isOurs: boolean;
  /** By layer; leaves out entries that are not numbers. */
  readonly hidden: readonly HiddenWidth[];
  /** Of imported data. */
  readonly files: readonly ImportedFile[];
}

export function readExperimentText(text: string): ExperimentText {
  const lookup = text.length <= MAX_HALF_TYPED ? halfTyped(text) : wellFormed(text);
  return {
    isOurs: isSchemaOfExperiments(stringAt(lookup, ['$schema'])?.value),
    hidden: hiddenWidths(lookup),
    files: importedFiles(lookup),
  };
}

/** The hidden layer whose width is at an offset, or ends there. */
export function layerAt(widths: readonly HiddenWidth[], at: number): number | undefined {
  return widths.find(({ offset, length }) => at >= offset && at <= offset + length)?.layer;
}

/** Whether a `$schema` is that of experiments, by id or as a copied file. */
export function isSchemaOfExperiments(schema: string | undefined): boolean {
  if (schema === undefined) return false;
  return schema === SCHEMA_ID || /(^|[/\\])experiment\.schema\.json$/.test(schema);
}

function halfTyped(text: string): Lookup {
  const root = treeOf(text);
  return (path) => {
    const found = root && findNodeAtLocation(root, [...path]);
    return found && { ...found, entries: found.children };
  };
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text, [], { allowTrailingComma: true });
  } catch {
    // Nested so deeply that the stack overflows: not written by a person.
    return undefined;
  }
}

/** Parses a text up to its first syntax error. */
function wellFormed(text: string): Lookup {
  const options = { wants: (name: string) => EXPECTED.has(name), maxDepth: 100, maxValues: 10_000 };
  const json = text.slice(0, MAX_TEXT_LENGTH).replace(BYTE_ORDER_MARK, ' ');
  const { root } = readJsonTree(json, { ...options, maxUnexpected: 1000 });
  return (path) => {
    const found = path.reduce<JsonNode | undefined>(
      (node, name) => node?.members?.get(name)?.node,
      root,
    );
    return found && { ...found, entries: found.items };
  };
}

function hiddenWidths(lookup: Lookup): HiddenWidth[] {
  const list = lookup(['specimen', 'hidden']);
  if (list?.type !== 'array') return [];
  return (list.entries ?? []).flatMap(({ type, value, offset, length }, layer) =>
    type === 'number' ? [{ layer, width: value as number, offset, length }] : [],
  );
}

function importedFiles(lookup: Lookup): ImportedFile[] {
  if (stringAt(lookup, ['data', 'source'])?.value !== 'imported') return [];
  return (['data', 'encoder', 'featureModel'] as const).flatMap((name) => {
    const found = stringAt(lookup, ['data', name]);
    return found && found.value !== '' ? [{ field: `data.${name}` as const, ...found }] : [];
  });
}

function stringAt(lookup: Lookup, path: readonly string[]): TextValue | undefined {
  const found = lookup(path);
  if (found?.type !== 'string') return undefined;
  return { value: found.value as string, offset: found.offset, length: found.length };
}
