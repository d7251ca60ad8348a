import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { serve } from './server';

/*
 * The engine's process: computes for the extension host, so that an editor never waits for a network. It
 * speaks over the channel to its parent; what libraries print goes nowhere near it.
 */

const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
serve(connection);
connection.listen();

// Without its parent nobody could stop it.
process.on('disconnect', () => process.exit());
// A terminal or window sends its signals to all processes; it is for the parent to stop this one.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
