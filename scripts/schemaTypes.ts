/** The part of JSON Schema (draft 7) that our schemas use. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'integer' | 'number' | 'string' | 'boolean' | 'null';
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Converts a JSON schema to a TypeScript type, with descriptions as comments. */
export function typeOfSchema(schema: JsonSchema, indent = ''): string {
  const { const: constant, enum: values, anyOf, oneOf, type, items } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = anyOf ?? oneOf;
  if (alternatives) return alternatives.map((each) => typeOfSchema(each, indent)).join(' | ');
  if (type === 'object') return objectType(schema, indent);
  if (type === 'array') return items ? arrayType(items, indent) : 'unknown[]';
  if (type === 'integer') return 'number';
  return type ?? 'unknown';
}

function arrayType(items: JsonSchema | readonly JsonSchema[], indent: string): string {
  if (isTuple(items)) return `[${items.map((each) => typeOfSchema(each, indent)).join(', ')}]`;
  const item = typeOfSchema(items, indent);
  return /^\w+$/.test(item) ? `${item}[]` : `(${item})[]`;
}

function isTuple(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function objectType({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const optional = required.includes(name) ? '' : '?';
    return `${comment(field, inner)}${inner}${key}${optional}: ${typeOfSchema(field, inner)};`;
  });
  return `{\n${fields.join('\n')}\n${indent}}`;
}

function comment({ description, default: standard }: JsonSchema, indent: string): string {
  const isPlain = standard !== undefined && typeof standard !== 'object';
  const text = [description, isPlain ? `Default: ${JSON.stringify(standard)}.` : undefined]
    .filter(Boolean)
    .join(' ');
  return text === '' ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
}
