import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import { checkSpecification } from '../../core/experiment/parse';
import { THESIS_DROPOUT } from '../../core/experiment/specification';
import {
  checkNewExperiment,
  createExperiment,
  experimentText,
  NEW_EXPERIMENT,
  type NewExperiment,
} from '../../node/experiments/newExperiment';
import { parseSeeds, parseWholeNumber, parseWidths } from '../../node/experiments/numberLists';
import type { Lab } from '../lab';
import { keepText, networkQuestions, type NetworkAnswers } from './networkQuestions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { askUntilMade, type Question } from './questions';
import { showNew } from './showNew';

interface Answers extends NetworkAnswers {
  name: string;
  features: string;
  inputs: string;
  seeds: string;
}

type TextKey = 'name' | 'features' | 'inputs' | 'hidden' | 'seeds';

/** Where each answer stands in `experiment.json`. */
const FIELDS: Readonly<Record<TextKey, string>> = {
  name: 'name',
  features: 'features',
  inputs: 'data',
  hidden: 'specimen',
  seeds: 'seeds',
};

/** Answers that were given before the questions were left: the next time they are proposed. */
let left: Answers | undefined;

/** Asks what a new experiment is to be like, makes its folder and opens it. */
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
    ...left,
    name: freeName(parent, left?.name ?? 'Experiment'),
  };
  left = answers;
  const folder = await askUntilMade(
    vscode.l10n.t('New Experiment'),
    questionsFor(answers, parent),
    async () => {
      const made = freeFolder(parent, answers.name);
      await createExperiment(made, experimentOf(answers));
      return made;
    },
  );
  if (folder === undefined) return;
  left = undefined;
  await showNew(lab, folder, answers.name.trim());
}

function questionsFor(answers: Answers, parent: string): Question[] {
  const { l10n } = vscode;
  const ask =
    (key: TextKey, prompt: string, read: (text: string) => unknown): Question =>
    (step) =>
      keepText(step, answers, key, prompt, (text) => {
        read(text);
        requireValid(key, { ...answers, [key]: text });
      });
  const [, activation, dropoutTwin] = networkQuestions(answers);
  return [
    ask('name', l10n.t('Name of the experiment'), (text) => freeFolder(parent, text)),
    ask('features', l10n.t('How many features the data is made of'), (text) =>
      parseWholeNumber(text, 'features'),
    ),
    ask('inputs', l10n.t('Into how many inputs of the network they are compressed'), (text) =>
      parseWholeNumber(text, 'inputs'),
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
 * Holds an answer against what `experiment.json` allows and this machine can hold, at the step where it is
 * given: at the end, one wrong answer would refuse all of them.
 * @throws LabError for what is wrong with the answer itself, not with others
 */
function requireValid(key: TextKey, answers: Answers): void {
  const { problems } = checkSpecification(experimentText(experimentOf(answers)));
  const own = problems.find(({ field }) => /^\w+/.exec(field)?.[0] === FIELDS[key]);
  if (own) throw invalid(own.message, { field: key });
  // With those given so far, and the proposals of the rest.
  if (problems.length === 0) checkNewExperiment(experimentOf(answers));
}
