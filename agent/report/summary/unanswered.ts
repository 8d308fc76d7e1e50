import type { Report } from "../../../protocol/report.ts";
import { cutText } from "../model/text-allowance.ts";
import { formatCount, pluralise } from "./formats.ts";

/** Questions that nobody answered, for no reason of policy's. Text may be hostile, unescaped. */
export interface Unanswered {
  /** How many, and why most of them were not. */
  readonly sentence: string;
  /** What was asked for. */
  readonly names: string;
}

/** A reason names a resolver and what became of it; a name is 253 characters at most, and mostly 30. */
const MAX_REASON_CHARACTERS = 160;
const MAX_NAME_CHARACTERS = 80;
const MAX_NAMES = 3;

export function toUnanswered({ dnsQueries }: Report): Unanswered | null {
  const reasons = new Map<string, number>();
  const names = new Set<string>();
  let total = 0;
  for (const { name, failure, count } of dnsQueries) {
    if (failure === undefined) continue;
    reasons.set(failure, (reasons.get(failure) ?? 0) + count);
    names.add(name);
    total += count;
  }
  const [most, other] = [...reasons].toSorted(([, one], [, next]) => next - one);
  if (most === undefined) return null;
  const [reason, count] = most;
  const share = other === undefined ? "" : `, ${formatCount(count)} of them`;
  const questions = `${formatCount(total)} ${pluralise("question", total)} got no answer${share}`;
  return {
    sentence: `${questions}: ${cutText(reason, MAX_REASON_CHARACTERS)}`,
    names: toNames([...names]),
  };
}

function toNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => cutText(name, MAX_NAME_CHARACTERS));
  const more = names.length - shown.length;
  const others = more === 0 ? "" : ` and ${formatCount(more)} more`;
  return `no answer for ${shown.join(", ")}${others}`;
}
