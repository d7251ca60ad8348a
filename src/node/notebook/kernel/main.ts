import { createMessageConnection } from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { EXECUTE, OUTPUT, SETUP } from '../../../protocol/kernel';
import { INTERRUPT_PIPE } from '../kernelProcess';
import { Interruption } from './interruption';
import { OutputSink } from './outputSink';
import { CellSession } from './session';

/* The program of a kernel's process. */

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
const sink = new OutputSink(
  (cell, output) => void connection.sendNotification(OUTPUT, { cell, output }),
);
let session: CellSession | undefined;

/** Turns printed text into outputs of the cell, in order. */
function capture(name: 'stdout' | 'stderr'): void {
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error) => void),
    done?: (error?: Error) => void,
  ): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    sink.print(name, text);
    const written = typeof encoding === 'function' ? encoding : done;
    if (written) process.nextTick(written);
    return true;
  };
  process[name].write = write;
}

function main(): void {
  capture('stdout');
  capture('stderr');
  const interruption = new Interruption(INTERRUPT_PIPE);
  connection.onRequest(SETUP, async (setup) => {
    await interruption.ready;
    session ??= new CellSession(setup, sink, interruption);
    return { pid: process.pid, node: process.versions.node };
  });
  connection.onRequest(EXECUTE, (request) => {
    if (!session) throw new Error('the kernel has not been set up');
    return session.execute(request);
  });
  process.on('uncaughtException', (error) => session?.report(error));
  process.on('unhandledRejection', (reason) => session?.report(reason));
  process.on('exit', () => sink.flush());
  // Ctrl-C in a terminal reaches all processes; the owner decides when this one stops.
  process.on('SIGINT', () => undefined);
  // The owner is gone.
  process.on('disconnect', () => process.exit());
  connection.listen();
}

main();
