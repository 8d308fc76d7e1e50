export interface RuleDescription {
  /** A noun phrase that begins a sentence. */
  readonly title: string;
  readonly help: string;
}

const WHAT_TO_DO =
  "Revoke it where it was issued and issue another: whoever could read the log has it. Then delete the log, and find what printed it. " +
  "Where the value is meant to be public, or is none, give it another name or form: nothing is taken out of the search.";

const TITLES: Readonly<Record<string, string>> = {
  "known-value": "A value that was given as secret",
};

export function describeRule(rule: string): RuleDescription {
  const title = TITLES[rule] ?? `A secret of the kind ${rule}`;
  return { title, help: `${title} stands in a log. ${WHAT_TO_DO}` };
}
