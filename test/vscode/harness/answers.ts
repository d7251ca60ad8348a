import * as vscode from 'vscode';

/** Parts of VS Code's API that ask or show something. */
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

/** Answers in the place of the user. They get what the user would be shown. */
export type Answers = Partial<Record<Asking, (...shown: never[]) => unknown>>;

/** Answers questions while something is done. */
export async function answering<T>(answers: Answers, work: () => Thenable<T>): Promise<T> {
  return replacing(vscode.window, answers, work);
}

/** Takes note of some commands instead of executing them. @returns their arguments */
export async function intercepting(
  command: string,
  work: () => Thenable<unknown>,
): Promise<unknown[][]> {
  const { executeCommand } = vscode.commands;
  const seen: unknown[][] = [];
  const noting = (id: string, ...rest: unknown[]): Thenable<unknown> => {
    if (id !== command) return executeCommand(id, ...rest);
    seen.push(rest);
    return Promise.resolve(undefined);
  };
  await replacing(vscode.commands, { executeCommand: noting }, work);
  return seen;
}

/** Accepts what is proposed, in one quick input after another, until something is done. */
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
