// The program of a worker thread or of a process: does the jobs that it is sent.
import { parentPort } from 'node:worker_threads';
import type { Reply, Request } from './messages';
import { Server } from './serve';

const server = new Server();
const onRequest = (send: (reply: Reply) => void) => (request: Request) =>
  void server.answer(request).then(send);

if (parentPort) {
  const port = parentPort;
  port.on(
    'message',
    onRequest((reply) => port.postMessage(reply)),
  );
} else {
  process.on(
    'message',
    onRequest((reply) => process.send?.(reply)),
  );
}
