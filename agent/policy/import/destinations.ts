/** Destinations of ours out of the words of another guard's list. */
import { parseDestinationPattern } from "../../egress/destination-pattern.ts";
import { toPrintable, toQuoted } from "../printable.ts";
import type { LeftOutWord } from "./policy-draft.ts";
import type { AddRemark } from "./remark.ts";
import type { PlacedWord } from "./step-inputs.ts";

export interface Destinations {
  readonly allow: readonly string[];
  readonly leftOut: readonly LeftOutWord[];
}

/** What a policy may list. */
const MAX_ENTRIES = 10_000;
const MAX_ADVICE = 300;

/** `toEntry` gives an entry of ours for a word of theirs, or says what is wrong with it. */
export function toDestinations(
  words: readonly PlacedWord[],
  toEntry: (word: string) => { readonly entry: string } | { readonly problem: string },
  add: AddRemark,
): Destinations {
  const allow = new Set<string>();
  const leftOut: LeftOutWord[] = [];
  for (const word of withoutComments(words, add)) {
    const found = word.hasExpression
      ? { problem: "it is an expression, whose value this file does not tell" }
      : toChecked(toEntry(word.text));
    if ("entry" in found && allow.size < MAX_ENTRIES) {
      allow.add(found.entry);
      continue;
    }
    const problem =
      "problem" in found ? found.problem : `it is one more than the ${MAX_ENTRIES} of a policy`;
    leftOut.push(word);
    add({
      offset: word.offset,
      message: `${toQuoted(word.text)} is left out: ${toPrintable(problem, MAX_ADVICE)}`,
      isLoss: true,
    });
  }
  return { allow: [...allow], leftOut };
}

function toChecked(given: { readonly entry: string } | { readonly problem: string }) {
  if ("problem" in given) return given;
  const parsed = parseDestinationPattern(given.entry);
  return "problem" in parsed ? parsed : given;
}

/**
 * A `#` in a block of text begins no comment: the other guard takes what follows for destinations. It is told, and words of the
 * same line that could be none are passed over.
 */
function* withoutComments(words: readonly PlacedWord[], add: AddRemark): Generator<PlacedWord> {
  let commentLine = -1;
  for (const word of words) {
    if (word.text.startsWith("#")) {
      if (commentLine !== word.line) {
        const message =
          "# begins no comment inside of a text: what follows is part of the list, and is left out";
        add({ offset: word.offset, message, isLoss: false });
      }
      commentLine = word.line;
    } else if (word.line !== commentLine || /[.:]./.test(word.text)) {
      yield word;
    }
  }
}
