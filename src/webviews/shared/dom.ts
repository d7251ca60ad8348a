type Value = string | number | boolean | undefined;

/** Attributes of an element; `false` and undefined leave one out, `true` sets it empty. */
export type Attributes = Readonly<Record<string, Value>>;

/** Creates an element. Strings become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** An element of SVG. */
export function svgElement(attributes: Attributes = {}): SVGSVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  setAttributes(made, attributes);
  return made;
}

/** A group within an element of SVG. */
export function svgGroup(): SVGGElement {
  return document.createElementNS('http://www.w3.org/2000/svg', 'g');
}

/** Sets and removes attributes. */
export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

let ids = 0;

/** An id that no other element of the document has. */
export function uniqueId(stem: string): string {
  return `polysemanticity-${stem}-${ids++}`;
}
