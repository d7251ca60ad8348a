import { setTimeout } from 'node:timers/promises';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { endNotice } from '../../../protocol/engine';
import { delayOptimisation } from '../children/programs';
import { serve } from './server';

/*
 * The engine's process computes for the extension host, so that the editor stays responsive. It uses Node's
 * IPC channel, which the output of libraries does not reach.
 */

/** How long runs may take to stop cleanly. */
const STOP_TIMEOUT_MS = 2000;

delayOptimisation();

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
const stopAll = serve(connection);
/** Stops all runs, so that they release their locks for other machines. */
const end = (): void =>
  void Promise.race([stopAll(), setTimeout(STOP_TIMEOUT_MS)]).finally(() => process.exit());
connection.onNotification(endNotice, end);
connection.onError(() => undefined);
connection.listen();

// Without its parent, nothing could stop this process.
process.on('disconnect', end);
// A terminal or window sends its signals to all processes; the parent decides when this one stops.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
