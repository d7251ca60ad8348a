import inspector from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchMessage, WatchReply, WatchSetup } from './interruption';

/*
 * The watchdog thread of a kernel. On an interrupt it asks the kernel's thread to stop. If that does not
 * answer, because code blocks it, the watchdog terminates the code like a debugger.
 */

const { pipe: fd, patience } = workerData as WatchSetup;
const POLL_MS = 50;

let watching: NodeJS.Timeout | undefined;
let askedAt = 0;

function tell(message: WatchMessage): void {
  parentPort?.postMessage(message);
}

function ask(message: WatchMessage): void {
  askedAt = Date.now();
  tell(message);
}

function poll(): void {
  if (askedAt === 0) return ask('still-there');
  if (Date.now() - askedAt < patience) return;
  askedAt = Date.now();
  terminateCode();
}

/** Connects only briefly: a process with a debugger attached does not exit at once. */
function terminateCode(): void {
  const session = new inspector.Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    tell('broken-off');
  });
}

const pipe = new Socket({ fd, readable: true, writable: false });
pipe.on('data', () => {
  if (watching) return;
  ask('interrupt');
  watching = setInterval(poll, POLL_MS);
});
pipe.on('error', () => undefined);

parentPort?.on('message', (reply: WatchReply) => {
  askedAt = 0;
  if (reply !== 'settled') return;
  clearInterval(watching);
  watching = undefined;
});

tell('watching');
