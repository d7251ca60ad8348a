const IRREGULAR: Readonly<Record<string, string>> = { entry: 'entries', matrix: 'matrices' };

/** How many of something: `1 row`, `0 rows`, `12 entries`. @param one the noun of one thing */
export function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : (IRREGULAR[one] ?? `${one}s`)}`;
}
