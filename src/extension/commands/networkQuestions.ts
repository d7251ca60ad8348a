import * as vscode from 'vscode';
import type { Activation } from '../../core/network/layout';
import { parseWidths } from '../../node/experiments/numberLists';
import { askChoice, askText, type Outcome, type Question, type Step } from './questions';

/** Answers to the questions about the network under study. */
export interface NetworkAnswers {
  /** Widths of the hidden layers, separated by commas. */
  hidden: string;
  activation: Activation;
  dropoutTwin: boolean;
}

/** Questions about the network under study. @param answers holds the proposals, and receives the answers */
export function networkQuestions(answers: NetworkAnswers): Question[] {
  return [
    (step) => askHidden(step, answers),
    (step) =>
      askActivation(
        step,
        answers,
        'activation',
        vscode.l10n.t('Activation after each hidden layer'),
      ),
    (step) => askDropoutTwin(step, answers),
  ];
}

/** Asks for a text and stores it in `answers`. */
export async function askAnswer<K extends string>(
  step: Step,
  answers: Record<K, string>,
  key: K,
  prompt: string,
  check: (text: string) => unknown,
): Promise<Outcome> {
  const answer = await askText(step, { prompt, value: answers[key], check });
  if (typeof answer === 'string') return answer;
  answers[key] = answer.text;
  return 'next';
}

function askHidden(step: Step, answers: NetworkAnswers): Promise<Outcome> {
  const prompt = vscode.l10n.t('Widths of the hidden layers, such as 64,16,16');
  return askAnswer(step, answers, 'hidden', prompt, (text) => parseWidths(text, 'hidden'));
}

/** Asks for one of several values and stores it in `answers`. */
export async function askOneOf<K extends string, V>(
  step: Step,
  answers: Record<K, V>,
  key: K,
  placeholder: string,
  items: readonly (vscode.QuickPickItem & { readonly value: V })[],
): Promise<Outcome> {
  const chosen = items.find(({ value }) => value === answers[key]);
  const answer = await askChoice(step, { placeholder, items, chosen });
  if (typeof answer === 'string') return answer;
  answers[key] = answer.item.value;
  return 'next';
}

/** Asks for an activation function and stores it in `answers`. */
export function askActivation<K extends string>(
  step: Step,
  answers: Record<K, Activation>,
  key: K,
  placeholder: string,
): Promise<Outcome> {
  return askOneOf(step, answers, key, placeholder, [
    { label: 'ReLU', value: 'relu' },
    { label: vscode.l10n.t('Linear'), value: 'linear' },
  ]);
}

function askDropoutTwin(step: Step, answers: NetworkAnswers): Promise<Outcome> {
  const placeholder = vscode.l10n.t('Compare with a network trained with dropout?');
  return askOneOf(step, answers, 'dropoutTwin', placeholder, [
    { label: vscode.l10n.t('No twin'), value: false },
    {
      label: vscode.l10n.t('A twin with dropout'),
      detail: vscode.l10n.t(
        'Trains a second network from the same initial weights with dropout 0.5; doubles the computation',
      ),
      value: true,
    },
  ]);
}
