/** What a rule is: what it says of itself, and what it looks at. */
import type { Response, Severity } from "../../protocol/index.ts";
import type { Observation } from "../observation.ts";
import type { Actor } from "./facts/actor.ts";
import type { RunFacts } from "./facts/run-facts.ts";

/** What people read: in findings, in `docs/rules`. Sentences end with a full stop, titles do not. */
export interface RuleDescription {
  /** Of docs/rules/ID.md, of the policy's `rules`, and of findings. Never changes. */
  readonly id: string;
  /** Three words or so. */
  readonly title: string;
  /** What is flagged: the deed, not an example of it. */
  readonly flags: string;
  /** What an attacker gains by it. */
  readonly why: string;
  /** What whoever gets the finding does next. */
  readonly advice: string;
  readonly severity: Severity;
  readonly response: Response;
  /** MITRE ATT&CK technique ids, the one that findings carry first. */
  readonly techniques: readonly string[];
  /** Incidents, advisories, manuals: title and address. */
  readonly references: readonly { readonly title: string; readonly url: string }[];
  /** Honest deeds that look like it: those that stay quiet, and those that do not with what to do about them. */
  readonly honest: readonly string[];
}

/** Observations of one kind. */
export type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;

/** Who did it. An observation that names nobody has no actor; a process whose start was not seen has one that knows little. */
export type ActorOf<Kind extends Observation["kind"]> =
  Seen<Kind> extends { process: unknown } ? Actor : Actor | undefined;

/** Reads what it is given and changes nothing: all that lasts is in the facts, which know of the observation by then. */
export type Look<Kind extends Observation["kind"]> = (
  seen: Seen<Kind>,
  actor: ActorOf<Kind>,
  facts: RunFacts,
) => Flagged | undefined;

/** Looked at once a second, and when the job has ended. */
export type Review = (facts: RunFacts, occasion: "second" | "end") => readonly Flagged[];

export interface Rule extends RuleDescription {
  /** Called for each observation of that kind, so the commonest way out comes first: some 50 ns for what is not meant. */
  readonly on: { readonly [Kind in Observation["kind"]]?: Look<Kind> };
  readonly review?: Review;
}

/** What a rule found. Text of the job's goes into it as it is. */
export interface Flagged {
  /** One sentence without a full stop: who did what to what. */
  readonly message: string;
  /** What it was done to: with the rule, the step and the program it makes two the same, which are told as one with a count. */
  readonly subject: string;
  /** Besides lineage, program and advice, which every finding has. */
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** Where it is not the one that was seen. Null: nobody. */
  readonly actor?: Actor | null;
  /** Where this case is not as grave as the rule is, or graver. Policy's own setting wins. */
  readonly severity?: Severity;
  /** Where this case must not have the rule's response: one that is not sure enough to kill for. Policy's own setting wins. */
  readonly response?: Response;
  /** The kernel's program ended the process before this was told. */
  readonly killed?: boolean;
}
