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
    (step) => askActivation(step, answers),
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

async function askActivation(step: Step, answers: NetworkAnswers): Promise<Outcome> {
  const items: (vscode.QuickPickItem & { activation: Activation })[] = [
    { label: 'ReLU', activation: 'relu' },
    { label: vscode.l10n.t('Linear'), activation: 'linear' },
  ];
  const chosen = items.find(({ activation }) => activation === answers.activation);
  const placeholder = vscode.l10n.t('Activation after each hidden layer');
  const answer = await askChoice(step, { placeholder, items, chosen });
  if (typeof answer === 'string') return answer;
  answers.activation = answer.item.activation;
  return 'next';
}

async function askDropoutTwin(step: Step, answers: NetworkAnswers): Promise<Outcome> {
  const items: (vscode.QuickPickItem & { dropoutTwin: boolean })[] = [
    { label: vscode.l10n.t('No twin'), dropoutTwin: false },
    {
      label: vscode.l10n.t('A twin with dropout'),
      detail: vscode.l10n.t(
        'Trains a second network from the same initial weights with dropout 0.5; doubles the computation',
      ),
      dropoutTwin: true,
    },
  ];
  const chosen = items.find(({ dropoutTwin }) => dropoutTwin === answers.dropoutTwin);
  const placeholder = vscode.l10n.t('Compare with a network trained with dropout?');
  const answer = await askChoice(step, { placeholder, items, chosen });
  if (typeof answer === 'string') return answer;
  answers.dropoutTwin = answer.item.dropoutTwin;
  return 'next';
}
