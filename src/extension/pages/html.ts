/*
 * The document of a page: nothing but its program and its style are let in. No import of VS Code, so that
 * tests load the very same document under the very same policy.
 */

/** What a page's document is made of. */
export interface PageDocument {
  readonly title: string;
  /** BCP 47 tag of the language of the window. */
  readonly language: string;
  /** Address of the page's program. */
  readonly script: string;
  /** Address of the page's style sheet. */
  readonly style: string;
  /** Where addresses of the extension's own files may point, as `webview.cspSource` gives it. */
  readonly cspSource: string;
  /** Fresh for every document, from a cryptographic source. */
  readonly nonce: string;
}

/** The content security policy of a page. */
export function pagePolicy({ cspSource, nonce }: PageDocument): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    // Charts are drawn as pictures to be copied and saved.
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The document of a page; its program fills the body. */
export function pageHtml(page: PageDocument): string {
  const { title, language, script, style, nonce } = page;
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escape(pagePolicy(page))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escape(style)}">
<title>${escape(title)}</title>
</head>
<body>
<main id="page"></main>
<script nonce="${escape(nonce)}" src="${escape(script)}"></script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
