import { toVisibleText } from "../visible-text.ts";

const MAX_NAMED = 6;
/** RFC 1035 §2.3.4. */
const MAX_NAME_CHARACTERS = 253;

/** A warning and no more: a name may come to be while the job runs, and until then there is nobody to talk to. */
export function describeUnresolvedHosts(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const named = names.slice(0, MAX_NAMED).map((name) => toVisibleText(name, MAX_NAME_CHARACTERS));
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : "";
  return `egress.allow has names that DNS does not know now: ${named.join(", ")}${more}; check their spelling, and the resolvers`;
}
