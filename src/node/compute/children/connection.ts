import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Child } from './programs';

/** A JSON-RPC connection to a process over its channel of messages; it ends with the process. */
export function connectionTo({ process, ended }: Child): MessageConnection {
  const connection = createMessageConnection(
    new IPCMessageReader(process),
    new IPCMessageWriter(process),
  );
  // Why the process ended is told by `ended`.
  connection.onError(() => undefined);
  void ended.then(() => connection.dispose());
  return connection;
}
