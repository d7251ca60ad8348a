import { element, uniqueId } from './dom';

/** One of the choices of a list. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Heading under which it stands. */
  readonly group?: string;
  /** Shown as a tooltip. */
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** An input with its label, which the program can set. */
export interface Control<T> {
  readonly element: HTMLElement;
  readonly input: HTMLElement;
  set(value: T): void;
}

/** A control whose choices may change. */
export interface SelectControl<T extends string> extends Control<T> {
  offer(choices: readonly Choice<T>[]): void;
}

/** A list to choose from. */
export function selectControl<T extends string>(
  label: string,
  choices: readonly Choice<T>[],
  chosen: (value: T) => void,
): SelectControl<T> {
  const id = uniqueId('select');
  const input = element('select', { id });
  const offer = (offered: readonly Choice<T>[]): void => {
    const { value } = input;
    input.replaceChildren(...optionsOf(offered));
    if (offered.some((choice) => choice.value === value)) input.value = value;
  };
  offer(choices);
  input.addEventListener('change', () => chosen(input.value as T));
  return {
    element: labelled(label, id, input),
    input,
    offer,
    set: (value) => {
      input.value = value;
    },
  };
}

function optionsOf<T extends string>(choices: readonly Choice<T>[]): HTMLElement[] {
  const groups = new Map<string, HTMLElement>();
  const tops: HTMLElement[] = [];
  for (const { value, label, group, hint, disabled } of choices) {
    const option = element('option', { value, title: hint, disabled }, label);
    if (group === undefined) {
      tops.push(option);
      continue;
    }
    let heading = groups.get(group);
    if (!heading) {
      groups.set(group, (heading = element('optgroup', { label: group })));
      tops.push(heading);
    }
    heading.append(option);
  }
  return tops;
}

/** A check box. */
export function checkControl(label: string, changed: (on: boolean) => void): Control<boolean> {
  const input = element('input', { type: 'checkbox', id: uniqueId('check') });
  input.addEventListener('change', () => changed(input.checked));
  return {
    element: element('label', { class: 'check' }, input, label),
    input,
    set: (on) => {
      input.checked = on;
    },
  };
}

/** A number of 0 or more to type; an empty or wrong one counts as 0. */
export function numberControl(
  label: string,
  { step, hint }: { readonly step: number; readonly hint?: string },
  changed: (value: number) => void,
): Control<number> {
  const id = uniqueId('number');
  const input = element('input', { type: 'number', id, min: 0, step, title: hint });
  input.addEventListener('change', () => {
    const value = input.valueAsNumber;
    changed(Number.isFinite(value) && value > 0 ? value : 0);
  });
  return {
    element: labelled(label, id, input),
    input,
    set: (value) => {
      input.value = String(value);
    },
  };
}

/** A button. @param hint its tooltip; also its name, if it shows only a sign */
export function button(
  face: string,
  pressed: () => void,
  hint?: string,
  variant?: 'icon' | 'quiet',
): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: variant, title: hint, 'aria-label': variant === 'icon' && hint },
    face,
  );
  made.addEventListener('click', pressed);
  return made;
}

function labelled(label: string, id: string, input: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: id }, label), input);
}
