import { Connection, type Handlers, type Methods } from '../../protocol/connection';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

let acquired: VsCodeApi | undefined;

/** The API of VS Code, which a page may acquire only once. */
function api(): VsCodeApi {
  return (acquired ??= acquireVsCodeApi());
}

/** The conversation with the extension host. */
export function connectToHost<Remote extends Methods<Remote>, Local extends Methods<Local>>(
  handlers: Handlers<Local>,
): Connection<Remote, Local> {
  const port = {
    post: (message: unknown) => api().postMessage(message),
    listen(listener: (message: unknown) => void) {
      const onMessage = ({ data }: MessageEvent<unknown>): void => listener(data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
  return new Connection<Remote, Local>(port, handlers);
}

/** The state that the page saved before it was reloaded or hidden; undefined at first. */
export function savedState(): unknown {
  return api().getState();
}

/** Saves a state that survives hiding, reloading, and a restart of the window. */
export function saveState(state: unknown): void {
  api().setState(state);
}
