import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageHtml, pagePolicy, type PageDocument } from '../../../src/extension/pages/html';

const PAGE: PageDocument = {
  title: 'NonLinear0 · matrix',
  language: 'en',
  script: 'https://files.example/dist/pages/matrix.js',
  style: 'https://files.example/dist/pages/matrix.css',
  cspSource: 'https://files.example',
  nonce: 'bm9uY2U=',
};

describe("a page's document", () => {
  it('allows its own script and style sheet, and nothing else', () => {
    const directives = new Map(
      pagePolicy(PAGE)
        .split('; ')
        .map((directive) => {
          const [name, ...sources] = directive.split(' ');
          return [name, sources.join(' ')];
        }),
    );
    assert.deepEqual(Object.fromEntries(directives), {
      'default-src': "'none'",
      'script-src': "'nonce-bm9uY2U='",
      'style-src': 'https://files.example',
      'img-src': 'data: blob:',
      'base-uri': "'none'",
      'form-action': "'none'",
    });
  });

  it('has one script, with the nonce', () => {
    const scripts = pageHtml(PAGE).match(/<script[^>]*>/g);
    assert.deepEqual(scripts, [`<script nonce="${PAGE.nonce}" src="${PAGE.script}">`]);
  });

  it('escapes its title', () => {
    fc.assert(
      fc.property(fc.string(), (title) => {
        const html = pageHtml({ ...PAGE, title });
        const [, shown] = /<title>([^]*)<\/title>/.exec(html) ?? [];
        assert.ok(!/[<>"']/.test(shown));
        assert.equal(html.match(/<script/g)?.length, 1);
      }),
    );
  });
});
