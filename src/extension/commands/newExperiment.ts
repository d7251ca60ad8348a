import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import { checkSpecification } from '../../core/experiment/parse';
import { THESIS_DROPOUT } from '../../core/experiment/treatmentFields';
import {
  checkNewExperiment,
  createExperiment,
  experimentText,
  NEW_EXPERIMENT,
  type NewExperiment,
} from '../../node/experiments/newExperiment';
import { parseSeeds, parseWholeNumber, parseWidths } from '../../node/experiments/numberLists';
import type { Lab } from '../lab';
import { askAnswer, networkQuestions, type NetworkAnswers } from './networkQuestions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { askAndCreate, type Question } from './questions';
import { showNew } from './showNew';

interface Answers extends NetworkAnswers {
  name: string;
  features: string;
  inputs: string;
  seeds: string;
}

type TextKey = 'name' | 'features' | 'inputs' | 'hidden' | 'seeds';

/** The top-level field of `experiment.json` that holds each answer. */
const FIELDS: Readonly<Record<TextKey, string>> = {
  name: 'name',
  features: 'features',
  inputs: 'data',
  hidden: 'specimen',
  seeds: 'seeds',
};

/** Answers of a cancelled command, which the next one proposes. */
let lastAnswers: Answers | undefined;

/** Asks for the parameters of a new experiment, creates its folder and opens it. */
export async function newExperiment(lab: Lab, argument: unknown): Promise<void> {
  const parent = await parentFolder(argument);
  if (parent === undefined) return;
  const answers: Answers = {
    features: String(NEW_EXPERIMENT.features),
    inputs: String(NEW_EXPERIMENT.inputs),
    hidden: NEW_EXPERIMENT.hidden.join(),
    activation: NEW_EXPERIMENT.activation,
    seeds: NEW_EXPERIMENT.seeds.join(),
    dropoutTwin: false,
    ...lastAnswers,
    name: freeName(parent, lastAnswers?.name ?? 'Experiment'),
  };
  lastAnswers = answers;
  const folder = await askAndCreate(
    vscode.l10n.t('New Experiment'),
    questionsFor(answers, parent),
    async () => {
      const created = freeFolder(parent, answers.name);
      await createExperiment(created, experimentOf(answers));
      return created;
    },
  );
  if (folder === undefined) return;
  lastAnswers = undefined;
  await showNew(lab, folder, answers.name.trim());
}

function questionsFor(answers: Answers, parent: string): Question[] {
  const { l10n } = vscode;
  const ask =
    (key: TextKey, prompt: string, read: (text: string) => unknown): Question =>
    (step) =>
      askAnswer(step, answers, key, prompt, (text) => {
        read(text);
        requireValid(key, { ...answers, [key]: text });
      });
  const [, activation, dropoutTwin] = networkQuestions(answers);
  return [
    ask('name', l10n.t('Name of the experiment'), (text) => freeFolder(parent, text)),
    ask('features', l10n.t('Number of features in the data'), (text) =>
      parseWholeNumber(text, 'features'),
    ),
    ask(
      'inputs',
      l10n.t('Number of network inputs that the features are compressed into'),
      (text) => parseWholeNumber(text, 'inputs'),
    ),
    ask('hidden', l10n.t('Widths of the hidden layers, such as 64,16,16'), (text) =>
      parseWidths(text, 'hidden'),
    ),
    activation,
    ask(
      'seeds',
      l10n.t('Seeds: the whole protocol runs once for each, such as 42 or 0..19'),
      (text) => parseSeeds(text, 'seeds'),
    ),
    dropoutTwin,
  ];
}

function experimentOf(answers: Answers): NewExperiment {
  return {
    name: answers.name.trim(),
    features: parseWholeNumber(answers.features, 'features'),
    inputs: parseWholeNumber(answers.inputs, 'inputs'),
    hidden: parseWidths(answers.hidden, 'hidden'),
    activation: answers.activation,
    seeds: parseSeeds(answers.seeds, 'seeds'),
    dropoutTwin: answers.dropoutTwin ? THESIS_DROPOUT : undefined,
  };
}

/**
 * Checks an answer, at its own step, against the schema of `experiment.json` and the memory of this machine.
 * @throws LabError for errors in this answer; ignores errors in others
 */
function requireValid(key: TextKey, answers: Answers): void {
  const { problems } = checkSpecification(experimentText(experimentOf(answers)));
  const own = problems.find(({ field }) => /^\w+/.exec(field)?.[0] === FIELDS[key]);
  if (own) throw invalid(own.message, { field: key });
  // Together with the other answers, or their proposals where they are not given yet.
  if (problems.length === 0) checkNewExperiment(experimentOf(answers));
}
