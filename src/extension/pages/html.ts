/*
 * The HTML document of a page. Its content security policy allows only its own script and style sheet. This module
 * does not import VS Code, so that page tests load the same document under the same policy.
 */

/** The parts of a page's document. */
export interface PageDocument {
  readonly title: string;
  /** BCP 47 tag of VS Code's display language. */
  readonly language: string;
  /** URI of the page's script. */
  readonly script: string;
  /** URI of the page's style sheet. */
  readonly style: string;
  /** Source of the extension's own files, from `webview.cspSource`. */
  readonly cspSource: string;
  /** A cryptographically random value, new for every document. */
  readonly nonce: string;
}

/** The content security policy of a page. */
export function pagePolicy({ cspSource, nonce }: PageDocument): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    // Pages render charts to images to copy and save them.
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The document of a page; its script fills the body. */
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
