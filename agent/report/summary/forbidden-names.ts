import type { Verdict } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import { type ProcessIndex, toSeenProgram } from "./process-index.ts";

/** A name that one program asked for and policy does not allow. Text is the job's, unescaped. */
export interface ForbiddenName {
  readonly verdict: Exclude<Verdict, "allowed">;
  readonly name: string;
  /** `A`, `AAAA`, … in the order they were asked for. */
  readonly types: readonly string[];
  readonly program: string;
  /** Null where it is not known, and where steps are not told apart. */
  readonly step: string | null;
  /** Of the first process that asked; null where it is not known. */
  readonly command: string | null;
  readonly rule: string | undefined;
  readonly count: number;
  /** None of the questions would have had an answer: the name may be nobody's. */
  readonly hasFailed: boolean;
}

interface Draft extends Omit<ForbiddenName, "types"> {
  readonly types: Set<string>;
  count: number;
  hasFailed: boolean;
}

/** Refused ones first, otherwise in the order they were asked for. */
export function toForbiddenNames(
  report: Report,
  { index, bySteps }: { readonly index: ProcessIndex; readonly bySteps: boolean },
): ForbiddenName[] {
  const drafts = new Map<string, Draft>();
  for (const { processId, name, type, verdict, rule, failure, count } of report.dnsQueries) {
    if (verdict === "allowed") continue;
    const program = toSeenProgram(processId, index);
    const step = bySteps ? index.stepName(processId) : null;
    const key = toKey(verdict, name, program, rule, step);
    const draft = drafts.get(key) ?? {
      verdict,
      name,
      types: new Set(),
      program,
      step,
      command: index.commandLine(processId),
      rule,
      count: 0,
      hasFailed: true,
    };
    draft.hasFailed &&= failure !== undefined;
    draft.types.add(type);
    draft.count += count;
    drafts.set(key, draft);
  }
  const rows = Array.from(drafts.values(), (draft) => ({ ...draft, types: [...draft.types] }));
  return [
    ...rows.filter(({ verdict }) => verdict === "blocked"),
    ...rows.filter(({ verdict }) => verdict === "would-block"),
  ];
}

/** More types than a resolver asks for are a tunnel's, and need no list. */
const MAX_TYPES = 4;

/** What was asked of the name, and why it was not to be. */
export function toForbiddenNameNote({ types, rule }: ForbiddenName): string {
  const more = types.length > MAX_TYPES ? ", …" : "";
  const shown = `${types.slice(0, MAX_TYPES).join(", ")}${more}`;
  return rule === undefined ? shown : `${shown} · rule ${rule}`;
}
