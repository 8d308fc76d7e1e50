import { isBelow } from "./domain-name.ts";
import type { AnswerRecord, ParsedAnswer } from "./parse-answer.ts";
import { TYPE } from "./record-types.ts";

/** What of an answer speaks of the name that was asked for. */
export interface AnswerChain {
  /** The names that the question's name is an alias of, in their order. The last one has the records, or has none. */
  readonly aliases: readonly string[];
  /** The records of the aliases, in the order of the walk. */
  readonly links: readonly AnswerRecord[];
  /** The records asked for, of the last name. */
  readonly records: readonly AnswerRecord[];
}

export type ChainWalk =
  | { readonly status: "walked"; readonly chain: AnswerChain }
  | { readonly status: "endless" };

/** Resolvers follow 8 to 16 aliases; nobody who wants to be found has more. */
const MAX_ALIASES = 16;
/** A thousand addresses of one name are no use to a client, and each is an element in the kernel's set. */
const MAX_RECORDS = 256;

/**
 * From the question's name along CNAME and DNAME to the records of the last name. Everything else in a message is somebody
 * else's word on a name that was not asked for, so it is neither believed nor sent on.
 */
export function walkChain(
  answer: ParsedAnswer,
  question: { name: string; type: number },
): ChainWalk {
  const byName = Map.groupBy(answer.answers, ({ name }) => name);
  const substitutes = answer.answers.filter(({ type }) => type === TYPE.dname);
  const aliases: string[] = [];
  const links: AnswerRecord[] = [];
  const seen = new Set([question.name]);
  let current = question.name;
  for (;;) {
    const here = byName.get(current) ?? [];
    const records = here.filter(({ type }) => type === question.type).slice(0, MAX_RECORDS);
    const step = records.length > 0 ? undefined : findStep(current, here, substitutes);
    if (step === undefined) return { status: "walked", chain: { aliases, links, records } };
    links.push(...step.links);
    current = step.next;
    if (seen.has(current) || aliases.length === MAX_ALIASES) return { status: "endless" };
    seen.add(current);
    aliases.push(current);
  }
}

interface Step {
  readonly next: string;
  readonly links: readonly AnswerRecord[];
}

/** A DNAME moves all names below its own (RFC 6672); it usually comes with the CNAME that follows from it. */
function findStep(
  name: string,
  here: readonly AnswerRecord[],
  substitutes: readonly AnswerRecord[],
): Step | undefined {
  const substitute = substitutes.find((record) => isBelow(name, record.name));
  const moved = substitute && toSubstituted(name, substitute);
  const alias = here.find(({ type }) => type === TYPE.cname);
  if (alias?.target !== undefined) {
    const isFromSubstitute = substitute !== undefined && moved === alias.target;
    return { next: alias.target, links: isFromSubstitute ? [substitute, alias] : [alias] };
  }
  if (substitute === undefined || moved === undefined) return undefined;
  return { next: moved, links: [substitute] };
}

function toSubstituted(name: string, { name: owner, target }: AnswerRecord): string | undefined {
  if (target === undefined) return undefined;
  const kept = owner === "" ? name : name.slice(0, -owner.length - 1);
  return target === "" ? kept : `${kept}.${target}`;
}
