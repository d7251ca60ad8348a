import * as vscode from 'vscode';

/** The functions of VS Code's API that tests replace. */
type Window = typeof vscode.window;
type Asking = keyof Pick<
  Window,
  | 'createWebviewPanel'
  | 'showErrorMessage'
  | 'showInformationMessage'
  | 'showOpenDialog'
  | 'showQuickPick'
  | 'showSaveDialog'
  | 'showWarningMessage'
>;

/** Functions that answer instead of the user. They receive the arguments that VS Code would show. */
export type Answers = Partial<Record<Asking, (...shown: never[]) => unknown>>;

/** Answers questions during `work`. */
export async function answering<T>(answers: Answers, work: () => Thenable<T>): Promise<T> {
  return replacing(vscode.window, answers, work);
}

/** Records the calls of a command instead of executing it. @returns the arguments of each call */
export async function intercepting(
  command: string,
  work: () => Thenable<unknown>,
): Promise<unknown[][]> {
  const { executeCommand } = vscode.commands;
  const seen: unknown[][] = [];
  const recording = (id: string, ...rest: unknown[]): Thenable<unknown> => {
    if (id !== command) return executeCommand(id, ...rest);
    seen.push(rest);
    return Promise.resolve(undefined);
  };
  await replacing(vscode.commands, { executeCommand: recording }, work);
  return seen;
}

/** Accepts the proposal of every quick input until `work` is done. */
export async function accepting<T>(work: Thenable<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!isDone)
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }
  return work;
}

async function replacing<T>(object: object, parts: object, work: () => Thenable<T>): Promise<T> {
  const before = Object.fromEntries(
    Object.keys(parts).map((name) => [name, (object as Record<string, unknown>)[name]]),
  );
  Object.assign(object, parts);
  try {
    return await work();
  } finally {
    Object.assign(object, before);
  }
}
