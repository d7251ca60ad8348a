import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import { checkSpecification, type SpecificationProblem } from '../../core/experiment/parse';
import { THESIS_DROPOUT } from '../../core/experiment/treatmentFields';
import {
  checkNewExperiment,
  createExperiment,
  experimentText,
  NEW_EXPERIMENT,
  type NewExperiment,
} from '../../node/experiments/newExperiment';
import { parseSeeds, parseWholeNumber, parseWidths } from '../../node/experiments/numberLists';
import type { Preset } from '../../node/experiments/presets';
import type { Lab } from '../lab';
import { askAnswer, askOneOf, networkQuestions, type NetworkAnswers } from './networkQuestions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { askAndCreate, type Outcome, type Question, type Step } from './questions';
import { showNew } from './showNew';

interface Answers extends NetworkAnswers {
  name: string;
  preset: Preset;
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
    preset: 'thesis',
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
        requireValid(key, { ...answers, [key]: text }, answers);
      });
  const [, activation, dropoutTwin] = networkQuestions(answers);
  return [
    ask('name', l10n.t('Name of the experiment'), (text) => freeFolder(parent, text)),
    (step) => askPreset(step, answers),
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

/** Asks what the experiment compares. */
function askPreset(step: Step, answers: Answers): Promise<Outcome> {
  const { l10n } = vscode;
  return askOneOf(step, answers, 'preset', l10n.t('What does the experiment compare?'), [
    {
      label: l10n.t("The thesis's protocol"),
      detail: l10n.t('One network, pruned at 13 ratios by magnitude and retrained'),
      value: 'thesis',
    },
    {
      label: l10n.t('Pruning against its controls'),
      detail: l10n.t(
        'Pruning by magnitude and other scores, compared with longer training, random pruning and a fresh network of the same widths',
      ),
      value: 'controls',
    },
    {
      label: l10n.t('Lottery tickets'),
      detail: l10n.t(
        'Networks that return to their initial values after pruning, in one step or three, compared with longer training and random pruning',
      ),
      value: 'ticket',
    },
  ]);
}

function experimentOf(answers: Answers): NewExperiment {
  return {
    name: answers.name.trim(),
    features: parseWholeNumber(answers.features, 'features'),
    inputs: parseWholeNumber(answers.inputs, 'inputs'),
    hidden: parseWidths(answers.hidden, 'hidden'),
    activation: answers.activation,
    seeds: parseSeeds(answers.seeds, 'seeds'),
    preset: answers.preset,
    dropoutTwin: answers.dropoutTwin ? THESIS_DROPOUT : undefined,
  };
}

/**
 * Checks an answer, at its own step, against the schema of `experiment.json` and the memory of this machine.
 * @param before the answers without it, or their proposals where they are not given yet
 * @throws LabError for errors in this answer, or between it and others; ignores errors of others alone
 */
function requireValid(key: TextKey, answers: Answers, before: Answers): void {
  const problems = problemsOf(answers);
  const earlier = new Set(problemsOf(before).map(({ message }) => message));
  const own = problems.find(({ field }) => /^\w+/.exec(field)?.[0] === FIELDS[key]);
  const found = own ?? problems.find(({ message }) => !earlier.has(message));
  if (found) throw invalid(found.message, { field: key });
  if (problems.length === 0) checkNewExperiment(experimentOf(answers));
}

function problemsOf(answers: Answers): readonly SpecificationProblem[] {
  return checkSpecification(experimentText(experimentOf(answers))).problems;
}
