/** Spares a name policy from being asked the same again: a build asks for some names thousands of times. */
import type { NameDecision, NamePolicy, Opening } from "../name-policy.ts";

/** As many as the gate keeps answers of; a job that asks for more has each of them looked up. */
const MAX_NAMES = 1_024;

/** Of a policy that does not change: one that became stricter needs another. */
export function createRememberedNamePolicy(
  names: NamePolicy,
  { maxNames = MAX_NAMES }: { readonly maxNames?: number } = {},
): NamePolicy {
  const decide = remember<NameDecision>((name) => names.decide(name), maxNames);
  const isDenied = remember<boolean>((name) => names.isDenied(name), maxNames);
  const openingsFor = remember<readonly Opening[]>((name) => names.openingsFor(name), maxNames);
  return { ...names, decide, isDenied, openingsFor };
}

/** When it is full all is forgotten, which costs less than to know what was not asked for longest. */
function remember<Answer>(find: (name: string) => Answer, maxNames: number) {
  const known = new Map<string, Answer>();
  return (name: string): Answer => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = find(name);
    if (known.size >= maxNames) known.clear();
    known.set(name, answer);
    return answer;
  };
}
