/**
 * A key that occurs twice in an object of a JSON text, which `JSON.parse` silently accepts; `undefined` if
 * there is none. Not recursive, so that deep nesting cannot overflow the stack.
 * @param json valid JSON
 */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') open.push(new Set());
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = closingQuote(json, at);
      if (isFollowedByColon(json, end)) {
        const keys = open[open.length - 1];
        const key = JSON.parse(json.slice(at, end + 1)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

function closingQuote(json: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function isFollowedByColon(json: string, at: number): boolean {
  do at++;
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t');
  return json[at] === ':';
}
