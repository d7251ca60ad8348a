import { setTimeout } from 'node:timers/promises';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { endNotice } from '../../../protocol/engine';
import { compileLate } from '../children/programs';
import { serve } from './server';

/*
 * The engine's process: computes for the extension host, so that an editor never waits for a network. It
 * speaks over the channel to its parent; what libraries print goes nowhere near it.
 */

/** How long runs may take to stop cleanly when there is nobody left to tell. */
const LAST_MS = 2000;

compileLate();

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
const stopAll = serve(connection);
/** Runs give up their locks, so that other machines see it, too. */
const end = (): void =>
  void Promise.race([stopAll(), setTimeout(LAST_MS)]).finally(() => process.exit());
connection.onNotification(endNotice, end);
connection.onError(() => undefined);
connection.listen();

// Without its parent nobody could stop it.
process.on('disconnect', end);
// A terminal or window sends its signals to all processes; it is for the parent to stop this one.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
