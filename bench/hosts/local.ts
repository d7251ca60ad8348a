import { fork, type StdioOptions } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { Conversation, type Host, type Reply } from './messages';

/** A worker thread of this process. */
export function threadHost(program: string): Host {
  const conversation = new Conversation('a worker thread');
  const worker = new Worker(program);
  worker.on('message', (reply: Reply) => conversation.answer(reply));
  worker.on('error', (error) => conversation.ended(error.message));
  worker.on('exit', (code) => conversation.ended(`ended with code ${code}`));
  return {
    call: (request) => conversation.ask(() => worker.postMessage(request)),
    async close() {
      await worker.terminate();
    },
  };
}

/** A process of its own: TensorFlow is not made for worker threads. */
export function processHost(program: string): Host {
  const conversation = new Conversation('the TensorFlow process');
  // What it prints is no part of the report.
  const stdio: StdioOptions = ['ignore', 2, 2, 'ipc'];
  const child = fork(program, { serialization: 'advanced', execArgv: [], stdio });
  child.on('message', (reply) => conversation.answer(reply as Reply));
  child.on('exit', (code, signal) => conversation.ended(`ended with ${signal ?? `code ${code}`}`));
  return {
    call: (request) => conversation.ask(() => child.send(request)),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
