import type { GuardEventOf } from "../../../protocol/events.ts";
import { type Folding, mergeRepeats, toKey } from "./folded-list.ts";
import type { ReportedDnsQuery } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

/** What failed stands apart from what was answered. Answers of the same question are joined, at most `maxAnswers` different ones. */
export function createDnsFolding(
  text: TextAllowance,
  maxAnswers: number,
): Folding<GuardEventOf<"dns-query">, ReportedDnsQuery> {
  return {
    toKey: ({ process, name, type, verdict, rule, failure }) =>
      toKey(process, name, type, verdict, rule, failure),
    toEntry: (event) => ({
      ...withoutEnvelope(event),
      processId: event.process,
      name: text.keep(event.name),
      type: text.keep(event.type),
      ...(event.rule !== undefined && { rule: text.keep(event.rule) }),
      ...(event.failure !== undefined && { failure: text.keep(event.failure) }),
      answers: text.keepAll(event.answers.slice(0, maxAnswers)),
    }),
    merge(entry, event) {
      mergeRepeats(entry, event);
      for (const answer of event.answers) {
        if (entry.answers.length >= maxAnswers) break;
        if (!entry.answers.includes(answer)) entry.answers.push(text.keep(answer));
      }
    },
    isPreferred: (event) => event.verdict !== "allowed",
    copy: (entry) => ({ ...entry, answers: [...entry.answers] }),
  };
}
