/** What may be written for an option, and what it then is. */
import type { OptionDescription } from "./option-table.ts";

type Values<Value> = Pick<OptionDescription<Value>, "parse" | "expects">;
type Lists<Value> = Values<readonly Value[]> & { readonly isList: true };

export function path(kind: "file" | "directory" = "file") {
  return {
    parse: (text: string) => (text === "" || text.includes("\0") ? undefined : text),
    expects: `the path of a ${kind}`,
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    parse: (text: string) => choices.find((choice) => choice === text),
    expects: choices.join(", ").replace(/, (?=[^,]*$)/, " or "),
  };
}

export function listOf<const Choice extends string>(choices: readonly Choice[]) {
  return {
    isList: true as const,
    parse(text: string) {
      const parts = text.split(",").map((part) => choices.find((choice) => choice === part.trim()));
      const known = parts.filter((part) => part !== undefined);
      return known.length === parts.length ? [...new Set(known)] : undefined;
    },
    expects: `one or more of ${choices.join(", ")}, with commas between them`,
  };
}

export function yesOrNo() {
  const words = new Map([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ]);
  return { parse: (text: string) => words.get(text), expects: "true or false" };
}

export function integerWithin({ min, max }: { min: number; max: number }) {
  return {
    parse(text: string) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    expects: `a whole number from ${min} to ${max}`,
  };
}

export function matching(pattern: RegExp, expects: string): Values<string> {
  return { parse: (text) => (pattern.test(text) ? text : undefined), expects };
}

interface SomeOf {
  readonly max: number;
  readonly isOne: (text: string) => boolean;
  /** What they are, in words. */
  readonly expects: string;
  /** The word for an empty list. */
  readonly none?: string;
}

export function listOfSome({ max, isOne, expects, none }: SomeOf): Lists<string> {
  const words = none === undefined ? "" : `${none}, or `;
  return {
    isList: true,
    parse(text) {
      const parts = [...new Set(text.split(",").map((part) => part.trim()))];
      if (none !== undefined && parts.length === 1 && parts[0] === none) return [];
      return parts.length <= max && parts.every(isOne) ? parts : undefined;
    },
    expects: `${words}up to ${max}${none === undefined ? "" : " of"} ${expects}, with commas between them`,
  };
}
