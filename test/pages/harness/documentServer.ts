import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pageHtml } from '../../../src/extension/pages/html';

/** The files of a page. */
export interface PageFiles {
  readonly title: string;
  /** Path of the program. */
  readonly script: string;
  /** Path of the style sheet. */
  readonly style: string;
}

/** Serves the real document of one page and nothing else, to this machine only. */
export interface DocumentServer {
  /** URL of the document. */
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the document that the extension creates for a page, with the same content security policy. */
export async function serveDocument(files: PageFiles): Promise<DocumentServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    const send = (file: string, type: string): void => {
      readFile(file).then(
        (bytes) => answer(200, type, bytes),
        () => answer(404, 'text/plain', `${path.basename(file)} is not built: npm run build`),
      );
    };
    const [address] = (request.url ?? '').split('?');
    if (address === '/') answer(200, 'text/html; charset=utf-8', documentOf(files, origin()));
    else if (address === '/page.js') send(files.script, 'text/javascript; charset=utf-8');
    else if (address === '/page.css') send(files.style, 'text/css; charset=utf-8');
    else if (address === '/favicon.ico') answer(204, 'image/x-icon', '');
    else answer(404, 'text/plain', 'not found');
  });
  const origin = (): string => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server is closed');
    return `http://127.0.0.1:${address.port}`;
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${origin()}/`,
    origin: origin(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function documentOf(files: PageFiles, origin: string): string {
  return pageHtml({
    title: files.title,
    language: 'en',
    script: `${origin}/page.js`,
    style: `${origin}/page.css`,
    cspSource: origin,
    nonce: 'ofThisTest',
  });
}
