import type { SpecificationInput } from '../../core/experiment/specification';

/** What a new experiment compares. */
export const PRESETS = ['thesis', 'controls', 'ticket'] as const;
export type Preset = (typeof PRESETS)[number];

type PresetSections = Pick<SpecificationInput, 'attribution' | 'pruning' | 'arms'>;
type ArmInput = NonNullable<SpecificationInput['arms']>[number];

/** Ratios of the presets with arms: few, since every ratio is a leg of every arm. */
const RATIOS = [0.25, 0.5, 0.75];
/** The lottery ticket is found in this many rounds. */
const ROUNDS = 3;

/**
 * The sections of `experiment.json` that a preset adds; none for the thesis's protocol, which is the default.
 * @param dropout probability of dropout in additional arms; none by default
 */
export function presetSections(preset: Preset, dropout?: number): PresetSections {
  if (preset === 'thesis') return {};
  return {
    // The first probe is the headline.
    attribution: { probes: ['distribution', 'one-hot'] },
    pruning: { ratios: RATIOS },
    arms: preset === 'controls' ? controlArms(dropout) : ticketArms(dropout),
  };
}

function controlArms(dropout: number | undefined): ArmInput[] {
  return [
    { name: 'control' },
    { name: 'magnitude', pruning: { method: 'magnitude' } },
    { name: 'random', pruning: { method: 'random', widthsOf: 'magnitude' } },
    { name: 'scratch', pruning: { method: 'scratch', widthsOf: 'magnitude' } },
    { name: 'inverse', pruning: { method: 'inverse' } },
    { name: 'taylor', pruning: { method: 'taylor' } },
    { name: 'weights', pruning: { method: 'weights' } },
    ...withDropout(dropout, { name: 'magnitude', pruning: { method: 'magnitude' } }),
  ];
}

function ticketArms(dropout: number | undefined): ArmInput[] {
  const ticket: ArmInput = { name: 'ticket', pruning: { method: 'magnitude', rewind: 0 } };
  const schedule = { steps: ROUNDS, shares: 'geometric' } as const;
  return [
    { name: 'control' },
    ticket,
    { name: 'imp', pruning: { method: 'weights', rewind: 0, schedule } },
    { name: 'random', pruning: { method: 'random', widthsOf: 'ticket', rewind: 0 } },
    ...withDropout(dropout, ticket),
  ];
}

/** A control with dropout, and an arm that is treated alike apart from dropout. */
function withDropout(dropout: number | undefined, { name, pruning }: ArmInput): ArmInput[] {
  if (dropout === undefined) return [];
  return [
    { name: 'dropout', training: { dropout } },
    { name: `dropout-${name}`, training: { dropout }, pruning },
  ];
}

/** What each arm of the presets is, for a README. */
const IN_WORDS: Readonly<Record<string, string>> = {
  control: 'nothing is pruned; trained for as long',
  magnitude: 'the units of smallest L1 norm are pruned',
  random: 'as many units of each layer as in WIDTHS, drawn at random',
  scratch: 'a fresh network with the widths of WIDTHS, trained for as long as the control',
  inverse: 'the units of largest L1 norm are pruned',
  taylor: 'the units that matter least to the loss are pruned',
  weights: 'the weights of smallest magnitude are masked; all units are kept',
  ticket:
    'the units of smallest L1 norm are pruned; the others return to their initial values and train from there',
  imp: `weights are masked in ${ROUNDS} rounds; after each, the others return to their initial values`,
  dropout: 'trained with dropout; nothing is pruned',
  'dropout-magnitude': 'trained with dropout, then pruned as `magnitude`',
  'dropout-ticket': 'trained with dropout, otherwise as `ticket`',
};

/** An arm of a preset in words, in Markdown. */
export function armInWords({ name, pruning }: ArmInput): string {
  const text = (IN_WORDS[name] ?? '').replace('WIDTHS', `\`${pruning?.widthsOf}\``);
  return name === 'random' && pruning?.rewind !== undefined
    ? `${text}; the others return to their initial values`
    : text;
}
