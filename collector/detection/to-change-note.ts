/** What is kept of a change of a baseline, for people who ask what changed when. */
import type { ChangeAuthor, ChangeKind, ChangeNote, Things } from "../stores/baseline-changes.ts";
import type { BaselineState } from "../stores/baseline-store.ts";
import type { FindingName } from "../stores/run-queries.ts";
import type { Baseline } from "./model/baseline.ts";
import type { Habit } from "./model/baseline.ts";
import { compareBaselines } from "./model/compare-baselines.ts";
import { explainState, toState } from "./model/describe-state.ts";
import type { ModelSettings } from "./model/model-settings.ts";
import { countThings, hasThings, nameThings, NO_THINGS } from "./name-things.ts";

export interface ChangedBaseline {
  /** Undefined: it cannot be read. */
  readonly before: Baseline | undefined;
  /** As it was stored: what is chosen of states may be another since. */
  readonly from: BaselineState;
  readonly after: Baseline;
  readonly settings: ModelSettings;
}

/** Undefined: the run brought nothing that nobody knew, and nothing was forgotten for it. */
export function noteLesson(runId: string, changed: ChangedBaseline): ChangeNote | undefined {
  const note = toNote("learned", changed);
  const { state, added, forgotten } = note;
  if (state === null && !hasThings(added) && !hasThings(forgotten)) return undefined;
  return { ...note, runId };
}

export interface ExpectedCause {
  readonly name: FindingName;
  readonly rule: string;
  readonly message: string;
  readonly by: ChangeAuthor;
}

export function noteExpectation(
  { name, rule, message, by }: ExpectedCause,
  changed: ChangedBaseline,
): ChangeNote {
  const finding = { rule: cut(rule), message: cut(message) };
  const note = toNote("expected", changed);
  return { ...note, runId: name.runId, findingId: name.id, finding, by: toAuthor(by) };
}

/** Somebody had it learned anew, or took what another collector has learned. */
export function noteDeed(
  kind: "reset" | "imported",
  by: ChangeAuthor,
  changed: ChangedBaseline,
): ChangeNote {
  return { ...toNote(kind, changed), by: toAuthor(by) };
}

function toNote(kind: ChangeKind, { before, from, after, settings }: ChangedBaseline): ChangeNote {
  const to = toState(after, settings);
  const state = from === to ? null : { from, to, reason: explainState(after, from, settings) };
  const things = toThings(before, after);
  return {
    kind,
    runId: null,
    findingId: null,
    runs: after.runs,
    state,
    ...things,
    finding: null,
    by: null,
  };
}

function toThings(
  before: Baseline | undefined,
  after: Baseline,
): { readonly added: Things; readonly forgotten: Things } {
  if (before === undefined) return { added: NO_THINGS, forgotten: NO_THINGS };
  const { added, forgotten } = compareBaselines(before, after);
  // All that a job does is new in its first run: how much that is says more than what stands on the baseline's page anyway.
  const isFirst = before.runs === 0 && after.runs > 0;
  return {
    added: isFirst ? countThings(added) : nameSome(added, after),
    forgotten: nameSome(forgotten, before),
  };
}

function nameSome(habits: readonly Habit[], baseline: Baseline): Things {
  return habits.length === 0 ? NO_THINGS : nameThings(habits, baseline);
}

const MAX_TEXT = 400;

function toAuthor({ role, token, owner, reason }: ChangeAuthor): ChangeAuthor {
  return { role, token, owner: cutOrNull(owner), reason: cutOrNull(reason) };
}

function cutOrNull(text: string | null): string | null {
  return text === null ? null : cut(text);
}

/** Not within a letter: half of one is none for whoever reads it. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}
