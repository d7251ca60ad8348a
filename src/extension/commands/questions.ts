import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import { plainMessage, showErrorMessage } from '../plainText';

/*
 * Multi-step input: a sequence of questions with a back button.
 */

/** The position of a question in its sequence. */
export interface Step {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

/** The user went back to the previous question or cancelled. */
export type NoAnswer = 'back' | 'cancel';

/** The outcome of a question, without its answer. */
export type Outcome = 'next' | NoAnswer;

/** Asks a question and stores its answer. */
export type Question = (step: Step) => Promise<Outcome>;

/** Asks questions in order. @returns whether all were answered */
async function askAll(title: string, questions: readonly Question[]): Promise<boolean> {
  let i = 0;
  while (i < questions.length) {
    const outcome = await questions[i]({ title, step: i + 1, totalSteps: questions.length });
    if (outcome === 'cancel') return false;
    i = outcome === 'back' ? Math.max(0, i - 1) : i + 1;
  }
  return true;
}

/**
 * Asks questions, then calls `create`. If that throws a LabError, such as for a full disk, shows the reason and lets
 * the user try again or change the answers.
 * @returns the result of `create`; undefined if the user cancels
 * @throws errors of `create` that are not LabErrors
 */
export async function askAndCreate<T>(
  title: string,
  questions: readonly Question[],
  create: () => Promise<T>,
): Promise<T | undefined> {
  if (!(await askAll(title, questions))) return undefined;
  for (;;) {
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      const again = vscode.l10n.t('Try Again');
      const change = vscode.l10n.t('Change Answers');
      const { message } = error;
      const chosen = await showErrorMessage(message, { modal: true }, change, again);
      if (chosen === undefined) return undefined;
      if (chosen === change && !(await askAll(title, questions))) return undefined;
    }
  }
}

/** A question whose answer is a text. */
export interface TextQuestion {
  readonly prompt: string;
  /** The proposed answer. */
  readonly value: string;
  /** @throws LabError if the text is not valid */
  readonly check: (text: string) => unknown;
}

/** Asks for a text until it is valid. */
export async function askText(
  step: Step,
  { prompt, value, check }: TextQuestion,
): Promise<{ readonly text: string } | NoAnswer> {
  const input = vscode.window.createInputBox();
  Object.assign(input, step, { prompt, value, ignoreFocusOut: true });
  const problem = (): string | undefined => problemOf(() => check(input.value));
  return answer(input, step, (settle) => {
    input.onDidChangeValue(() => (input.validationMessage = problem()));
    input.onDidAccept(() => {
      input.validationMessage = problem();
      if (input.validationMessage === undefined) settle({ text: input.value });
    });
  });
}

/** Asks for one of several items. */
export async function askChoice<T extends vscode.QuickPickItem>(
  step: Step,
  { placeholder, items, chosen }: Choice<T>,
): Promise<{ readonly item: T } | NoAnswer> {
  const input = vscode.window.createQuickPick<T>();
  Object.assign(input, step, { placeholder, items, ignoreFocusOut: true });
  if (chosen) input.activeItems = [chosen];
  return answer(input, step, (settle) => {
    input.onDidAccept(() => {
      // If no item matches the typed text, none is selected: clear the text and stay.
      const item = input.selectedItems.at(0);
      if (item) settle({ item });
      else input.value = '';
    });
  });
}

/** A question whose answer is one of several items. */
export interface Choice<T> {
  readonly placeholder: string;
  readonly items: readonly T[];
  /** The proposed item. */
  readonly chosen?: T;
}

/** The message of the error that a check throws; undefined if it throws none. */
function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return plainMessage(error.reason);
    return plainMessage(error instanceof Error ? error.message : String(error));
  }
}

/** An input box or quick pick. */
interface Input extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

/** Shows an input until the user answers it, goes back or closes it. */
export async function answer<A>(
  input: Input,
  { step }: Step,
  listen: (settle: (answer: A) => void) => void,
): Promise<A | NoAnswer> {
  const { Back } = vscode.QuickInputButtons;
  if (step > 1) input.buttons = [Back];
  try {
    return await new Promise<A | NoAnswer>((resolve) => {
      input.onDidTriggerButton((button) => {
        if (button === Back) resolve('back');
      });
      input.onDidHide(() => resolve('cancel'));
      listen(resolve);
      input.show();
    });
  } finally {
    input.dispose();
  }
}
