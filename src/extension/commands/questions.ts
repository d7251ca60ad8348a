import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import { plainMessage, showErrorMessage } from '../plainText';

/*
 * Questions that belong together, one after another, with a way back.
 */

/** Where a question stands among those it belongs to. */
export interface Step {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

/** That the user wants the question before, or none at all. */
export type Refusal = 'back' | 'cancel';

/** What came of a question: an answer is kept by whoever asked. */
export type Outcome = 'next' | Refusal;

/** Asks, and keeps the answer. */
export type Question = (step: Step) => Promise<Outcome>;

/**
 * Asks the questions in their order; going back leads to the one before.
 * @returns whether all were answered
 */
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
 * Asks the questions, then makes what they were asked for. Where that fails for a reason that the user can
 * mend (a full disk, a folder that may not be written), the reason is shown, and it can be tried again as
 * it is, or after another look at the answers, which are still there.
 * @returns what was made; undefined if the user declined
 * @throws whatever `make` throws that is no LabError
 */
export async function askUntilMade<T>(
  title: string,
  questions: readonly Question[],
  make: () => Promise<T>,
): Promise<T | undefined> {
  if (!(await askAll(title, questions))) return undefined;
  for (;;) {
    try {
      return await make();
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

/** A question that is answered by text. */
export interface TextQuestion {
  readonly prompt: string;
  /** Proposed. */
  readonly value: string;
  /** @throws LabError that says what is wrong with a text */
  readonly check: (text: string) => unknown;
}

/** Asks for text that is right. */
export async function askText(
  step: Step,
  { prompt, value, check }: TextQuestion,
): Promise<{ readonly text: string } | Refusal> {
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

/** Asks for one of several. @param chosen the proposed one */
export async function askChoice<T extends vscode.QuickPickItem>(
  step: Step,
  { placeholder, items, chosen }: Choice<T>,
): Promise<{ readonly item: T } | Refusal> {
  const input = vscode.window.createQuickPick<T>();
  Object.assign(input, step, { placeholder, items, ignoreFocusOut: true });
  if (chosen) input.activeItems = [chosen];
  return answer(input, step, (settle) => {
    input.onDidAccept(() => {
      // Nothing is selected where no row matches what was typed: the question stays.
      const item = input.selectedItems.at(0);
      if (item) settle({ item });
      else input.value = '';
    });
  });
}

/** A question that is answered by choosing. */
export interface Choice<T> {
  readonly placeholder: string;
  readonly items: readonly T[];
  readonly chosen?: T;
}

/** What is wrong, in words; undefined where nothing is. A check that fails by itself is no good answer either. */
function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof LabError) return plainMessage(error.reason);
    return plainMessage(error instanceof Error ? error.message : String(error));
  }
}

/** An input with buttons, whatever is put in. */
interface Input extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

/** Shows an input until it is answered, left or gone back from. */
export async function answer<A>(
  input: Input,
  { step }: Step,
  listen: (settle: (answer: A) => void) => void,
): Promise<A | Refusal> {
  const { Back } = vscode.QuickInputButtons;
  if (step > 1) input.buttons = [Back];
  try {
    return await new Promise<A | Refusal>((resolve) => {
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
