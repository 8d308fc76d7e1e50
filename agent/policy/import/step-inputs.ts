/** The inputs of one step, as GitHub hands them to an action, with what is wrong about them. */
import { closestWord, suggestWord } from "../../../protocol/closest-word.ts";
import type { PolicyDocument } from "../policy-document.ts";
import { createPositions } from "../policy-position.ts";
import { toQuoted } from "../printable.ts";
import type { GuardStep } from "./guard-step.ts";
import { EXPRESSION_START, type ListWord, toListWords } from "./list-words.ts";
import type { AddRemark } from "./remark.ts";

export interface StepInputs {
  readonly has: (name: string) => boolean;
  /** Where it is an expression, or wrong, that is said, with what is taken for it. */
  readonly choice: <Choice extends string>(
    name: string,
    choices: readonly Choice[],
    taken: { readonly byDefault: Choice; readonly whereUnknown: Choice },
  ) => Choice;
  readonly flag: (name: string, fallback: boolean) => boolean;
  readonly words: (name: string) => readonly PlacedWord[];
  readonly remark: (name: string, message: string, isLoss: boolean) => void;
}

export interface PlacedWord extends ListWord {
  readonly offset: number;
  readonly line: number;
}

export interface StepPlace {
  readonly step: GuardStep;
  readonly document: PolicyDocument;
  readonly text: string;
}

/** As GitHub's toolkit reads a boolean: YAML 1.2's core schema. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);

export function readStepInputs(
  { step, document, text }: StepPlace,
  add: AddRemark,
  isKnown: (name: string) => boolean,
): StepInputs {
  const positionOf = createPositions(text);
  const known = [...step.inputs.keys()].filter(isKnown);
  const offsetOf = (name: string): number =>
    document.offsetOf(step.inputs.get(name)?.path ?? step.path);
  const remark = (name: string, message: string, isLoss: boolean): void =>
    add({ offset: offsetOf(name), message: `${name} ${message}`, isLoss });
  /** Undefined where nothing is written, which counts as the input's default. */
  const read = (name: string): string | undefined => {
    const value = known.includes(name) ? step.inputs.get(name)?.value : undefined;
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string") return value.trim();
    if (typeof value === "boolean" || typeof value === "number") return String(value);
    remark(name, "is a list or a mapping, and GitHub hands only texts to an action", true);
    return undefined;
  };
  return {
    remark,
    has: (name) => read(name) !== undefined,
    choice(name, choices, { byDefault, whereUnknown }) {
      const given = read(name);
      if (given === undefined) return byDefault;
      const chosen = choices.find((choice) => choice === given);
      if (chosen !== undefined) return chosen;
      remark(name, describeChoice(given, choices, whereUnknown), true);
      return whereUnknown;
    },
    flag(name, fallback) {
      const given = read(name);
      if (given === undefined) return fallback;
      const chosen = BOOLEANS.get(given);
      if (chosen !== undefined) return chosen;
      remark(name, describeChoice(given, ["true", "false"], String(fallback)), true);
      return fallback;
    },
    words(name) {
      const given = read(name) ?? "";
      const find = createWordFinder(text, offsetOf(name));
      return toListWords(given).map((word) => {
        const offset = find(word.text);
        return { ...word, offset, line: positionOf(offset).line };
      });
    },
  };
}

/** Tells of inputs that the action does not have, and calls itself `action`. */
export function remarkUnknown(
  { step, document }: StepPlace,
  add: AddRemark,
  names: readonly string[],
): void {
  for (const [name, { path }] of step.inputs) {
    if (names.includes(name) || name.startsWith("_")) continue;
    const meant = closestWord(name, names);
    const advice = meant === undefined ? "" : `: did you mean ${meant}?`;
    add({
      offset: document.offsetOf(path),
      message: `${toQuoted(name)} is no input of ${step.action}, which ignores it${advice}`,
      isLoss: true,
    });
  }
}

function describeChoice(given: string, choices: readonly string[], taken: string): string {
  if (given.includes(EXPRESSION_START)) {
    return `is the expression ${toQuoted(given)}, whose value this file does not tell: ${taken} is taken instead`;
  }
  return `must be ${choices.join(" or ")}, and is ${toQuoted(given)}: ${taken} is taken instead${suggestWord(given, choices)}`;
}

/**
 * Where a word of a text stands, one after the other. A text of several lines stands in the file as it is; one that is
 * not found there (an alias, a text with escapes) has the place of the whole.
 */
function createWordFinder(text: string, start: number): (word: string) => number {
  let from = text.charAt(start) === "*" ? -1 : start;
  return (word) => {
    const at = from < 0 ? -1 : text.indexOf(word, from);
    from = at < 0 ? -1 : at + word.length;
    return at < 0 ? start : at;
  };
}
