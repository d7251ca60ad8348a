// Reads the records of src/kernel/records.h: structs whose fields have four bytes each. Makes of them what
// TypeScript writes them by, and assertions by which the C compiler checks that both say the same.

/** Names, kinds and comments of all structs. @throws Error at anything else that stands between them */
export function recordsOf(header) {
  const body = header.slice(header.indexOf('#include'), header.lastIndexOf('#endif'));
  const records = [];
  const rest = body
    .replace(/typedef struct \{([^}]*)\} (\w+);/g, (_, inner, name) => {
      records.push({ name, fields: fieldsOf(inner, name) });
      return '';
    })
    .replace(/\/\*[\s\S]*?\*\/|#include "[\w.]+"/g, '')
    .trim();
  if (rest !== '') throw new Error(`src/kernel/records.h: cannot read ${JSON.stringify(rest)}`);
  return records;
}

function fieldsOf(inner, record) {
  const fields = [];
  const rest = inner
    .replace(/(?:\/\*\s*([\s\S]*?)\s*\*\/\s*)?(u32|f32|ref) (\w+);/g, (_, comment, kind, name) => {
      fields.push({ kind, name, comment: comment?.replace(/\s+/g, ' ') });
      return '';
    })
    .trim();
  if (rest !== '') throw new Error(`src/kernel/records.h: ${record}: cannot read ${rest}`);
  return fields;
}

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** What TypeScript knows of the records. */
export function typescriptOf(records) {
  const parts = records.map(({ name, fields }) => {
    const members = fields.map(
      ({ name: field, comment }) =>
        `${comment ? `  /** ${comment} */\n` : ''}  readonly ${camel(field)}: number;\n`,
    );
    const places = fields.map(({ name: field, kind }) => `['${camel(field)}', '${kind}']`);
    return `export interface ${name} {\n${members.join('')}}\n\nexport const ${name}: RecordOf<${name}> = [${places.join(', ')}];\n`;
  });
  return `/* Made by scripts/kernel.mjs of src/kernel/records.h. */

/** Fields of four bytes in the order in which they stand: addresses and counts (ref, u32), or float32. */
export type RecordOf<T> = readonly (readonly [keyof T & string, 'u32' | 'f32' | 'ref'])[];

${parts.join('\n')}`;
}

/** Assertions that fields stand where TypeScript writes them. */
export function assertionsOf(records) {
  const lines = records.flatMap(({ name, fields }) => [
    `_Static_assert(sizeof(${name}) == ${4 * fields.length}, "${name}");`,
    ...fields.map(
      ({ name: field }, i) =>
        `_Static_assert(offsetof(${name}, ${field}) == ${4 * i}, "${name}.${field}");`,
    ),
  ]);
  return `/* Made by scripts/kernel.mjs of records.h. */\n${lines.join('\n')}\n`;
}
