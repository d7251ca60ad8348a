import inspector from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchMessage, WatchReply, WatchSetup } from './interruption';

/*
 * The thread that watches over a kernel. Asked to interrupt, it asks the kernel's thread; where that does
 * not answer, since its code does not let go, it breaks the code off from outside, as a debugger does.
 */

const { pipe: fd, patience } = workerData as WatchSetup;
const LOOK_EVERY = 50;

let watching: NodeJS.Timeout | undefined;
let askedAt = 0;

function tell(message: WatchMessage): void {
  parentPort?.postMessage(message);
}

function ask(message: WatchMessage): void {
  askedAt = Date.now();
  tell(message);
}

function look(): void {
  if (askedAt === 0) return ask('still-there');
  if (Date.now() - askedAt < patience) return;
  askedAt = Date.now();
  breakOff();
}

/** Connected only for the moment: a process with a debugger hesitates to end. */
function breakOff(): void {
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
  watching = setInterval(look, LOOK_EVERY);
});
pipe.on('error', () => undefined);

parentPort?.on('message', (reply: WatchReply) => {
  askedAt = 0;
  if (reply !== 'settled') return;
  clearInterval(watching);
  watching = undefined;
});

tell('watching');
