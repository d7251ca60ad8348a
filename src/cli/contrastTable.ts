import type { ArmOutcome } from '../core/experiment/summary';
import { CONFIDENCE } from '../core/statistics/meanInterval';
import { wrapped } from '../core/wrapped';
import { contrastsOf, contrastsStatement, verdictOf } from '../figures/arms/contrasts';
import { fixedNumber, percent, ratioText } from '../figures/text/numbers';
import { glyphsFor } from './glyphs';
import { measureSymbol } from './measureText';
import type { ResultOptions } from './resultTable';
import { textTable, type Column } from './table';

/** Every arm minus its control; empty without named arms. */
export function contrastTable(outcomes: readonly ArmOutcome[], options: ResultOptions): string[] {
  const { measure, specification, width } = options;
  if (!specification?.arms) return [];
  const values = outcomes.flatMap(({ seed, arm, pruned }) =>
    pruned.map(({ requested, after }) => {
      return { seed, arm, requested, value: after.measures[measure].mean ?? NaN };
    }),
  );
  const contrasts = contrastsOf(values, specification);
  if (contrasts.length === 0) return [];
  const glyphs = glyphsFor(options);
  const cells = contrasts.map(({ arm, control, requested, difference, agreeing, ...contrast }) => {
    const { mean, low, high, count } = difference;
    return [
      arm,
      control,
      ratioText(requested),
      fixedNumber(mean, 3),
      count < 2 ? glyphs.missing : `[${fixedNumber(low, 3)}, ${fixedNumber(high, 3)}]`,
      `${agreeing}/${count}`,
      verdictOf({ ...contrast, difference }),
    ];
  });
  const columns: Column[] = [
    { heading: ['arm'], align: 'left' },
    { heading: ['control'], align: 'left' },
    { heading: ['asked'], align: 'right' },
    { heading: ['difference', `of ${measureSymbol(measure)}`], align: 'right' },
    { heading: [`${percent(CONFIDENCE)} interval`], align: 'right' },
    { heading: ['same', 'sign'], align: 'right' },
    { heading: ['verdict'], align: 'left' },
  ];
  const table = textTable(columns, cells, { width, rule: glyphs.rule });
  const statement = wrapped(contrastsStatement(contrasts), width).join('\n');
  return [`arms compared with their controls\n${table}\n${statement}`];
}
