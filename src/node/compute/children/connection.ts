import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Child } from './programs';

/** A JSON-RPC connection to a process over Node's IPC channel; closed when the process ends. */
export function connectionTo({ process, ended }: Child): MessageConnection {
  const connection = createMessageConnection(
    new IPCMessageReader(process),
    new IPCMessageWriter(process),
  );
  // `ended` reports why the process ended.
  connection.onError(() => undefined);
  void ended.then(() => connection.dispose());
  return connection;
}
