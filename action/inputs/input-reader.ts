/** Inputs as the runner hands them on: INPUT_ and the name in capitals, with what whoever wrote the workflow put there. */
import { toVisibleText } from "../../agent/visible-text.ts";
import type { Environment } from "../runner/step.ts";

export interface InputReader {
  /** Without the space around it; empty where nothing is given. */
  text(name: string): string;
  /** As YAML's core schema has them, which is what `core.getBooleanInput` takes. */
  flag(name: string): boolean;
  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined;
  /** One line, without control characters. */
  line(name: string): string;
  /** The same for what is never told, not even where it is wrong. */
  secret(name: string): string;
  /** Words with spaces, commas or line breaks between them. */
  words(name: string): readonly string[];
  refuse(name: string, problem: string): void;
  readonly problems: readonly string[];
}

const YES = ["true", "True", "TRUE"];
const NO = ["false", "False", "FALSE", ""];
const MAX_QUOTED = 80;
/** A list of some thousand destinations; what is longer is no list that anybody wrote. */
const MAX_CHARACTERS = 262_144;
/** What helps in one look; the others come when these are mended. */
const MAX_PROBLEMS = 20;

export function createInputReader(environment: Environment): InputReader {
  const problems: string[] = [];
  const refuse = (name: string, problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(`${name}: ${problem}`);
  };
  const text = (name: string): string => {
    const given = environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
    if (given.length <= MAX_CHARACTERS) return given;
    refuse(name, `has ${given.length} characters, and ${MAX_CHARACTERS} are the most: shorten it`);
    return "";
  };
  return {
    text,
    refuse,
    problems,
    flag(name) {
      const given = text(name);
      if (YES.includes(given)) return true;
      if (!NO.includes(given)) refuse(name, `is ${quote(given)}: write true or false`);
      return false;
    },
    oneOf(name, choices) {
      const given = text(name);
      const choice = choices.find((one) => one === given);
      if (given !== "" && choice === undefined) {
        refuse(name, `is ${quote(given)}: write ${toChoices(choices)}`);
      }
      return choice;
    },
    line(name) {
      const given = text(name);
      if (isLine(given)) return given;
      refuse(name, `is ${quote(given)}: ${ONE_LINE}`);
      return "";
    },
    secret(name) {
      const given = text(name);
      if (isLine(given)) return given;
      refuse(name, ONE_LINE);
      return "";
    },
    words: (name) =>
      text(name)
        .split(/[\s,]+/)
        .filter((word) => word !== ""),
  };
}

const ONE_LINE = "write it in one line, without control characters";

function isLine(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}

export function quote(text: string): string {
  return `"${toVisibleText(text, MAX_QUOTED)}"`;
}

function toChoices(choices: readonly string[]): string {
  return choices.join(", ").replace(/, (?=[^,]*$)/, " or ");
}
