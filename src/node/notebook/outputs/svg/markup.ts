/** Text as it stands in XML. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element; numbers to two decimals. */
export function tag(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
  return `<${name}${list.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

/** A line of text. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return tag('text', { x, y, ...attributes }, escapeXml(text));
}

/** About what a letter of a heading takes, in pixels: only what draws the text knows better. */
const LETTER = 8.2;
const LONGEST_HEADING = 90;

/** A heading above a picture, and how far to the right it goes. Of a long one the beginning is shown. */
export function headingOf(
  x: number,
  title: string,
): { readonly text: string; readonly end: number } {
  const letters = [...title];
  const shown =
    letters.length > LONGEST_HEADING ? `${letters.slice(0, LONGEST_HEADING - 1).join('')}…` : title;
  return {
    text: label(x, 18, shown, { 'font-size': 13, 'font-weight': 600 }),
    end: x + LETTER * Math.min(letters.length, LONGEST_HEADING),
  };
}

/** A picture on white, so that it reads on any page. @param title what a screen reader says */
export function document(width: number, height: number, title: string, content: string): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'system-ui, sans-serif',
    'font-size': 11,
  };
  const ground = tag('rect', { width, height, fill: 'white' });
  return tag('svg', attributes, `<title>${escapeXml(title)}</title>${ground}${content}`);
}

function attribute(value: string | number): string {
  return typeof value === 'string' ? escapeXml(value) : String(Math.round(value * 100) / 100);
}
