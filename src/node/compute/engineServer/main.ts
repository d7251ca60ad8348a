import { setTimeout } from 'node:timers/promises';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { endNotice } from '../../../protocol/engine';
import { delayOptimisation } from '../children/programs';
import { serve } from './server';

/*
 * The engine's process: it computes for the extension host, so that the editor never waits for a network.
 * It speaks to its parent over the channel of messages, which the output of libraries does not reach.
 */

/** How long runs may take to stop cleanly after the parent has gone. */
const LAST_MS = 2000;

delayOptimisation();

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
const stopAll = serve(connection);
/** Stops all runs, which give up their locks, so that other machines see that they have ended. */
const end = (): void =>
  void Promise.race([stopAll(), setTimeout(LAST_MS)]).finally(() => process.exit());
connection.onNotification(endNotice, end);
connection.onError(() => undefined);
connection.listen();

// Without its parent nothing could stop this process.
process.on('disconnect', end);
// A terminal or window sends its signals to all processes; the parent decides when this one stops.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
