import { createAnswerCache } from "./answer-cache.ts";
import type { CacheBounds, CachedAnswer } from "./answer-cache.ts";
import type { DnsUpstream } from "./dns-upstream.ts";
import { CLASS_IN } from "./record-types.ts";
import { readUpstreamAnswer } from "./stored-answer.ts";
import type { StoredQuestion } from "./stored-answer.ts";

export interface SourceQuestion extends StoredQuestion {
  readonly checkingDisabled: boolean;
}

export type SourceAnswer =
  | ({ readonly status: "found" } & CachedAnswer)
  | { readonly status: "failed"; readonly reason: string };

/** Where answers come from: the cache, or a resolver, which is asked once however many want to know. */
export interface AnswerSource {
  /** At once where it can be; a promise that does not reject where a resolver has to be asked. */
  find(question: SourceQuestion): SourceAnswer | Promise<SourceAnswer>;
  /** Questions turned away because too many were under way. */
  readonly turnedAway: number;
  readonly evicted: number;
}

export interface AnswerSourceOptions {
  readonly upstream: DnsUpstream;
  readonly stripsEch: () => boolean;
  readonly cache: CacheBounds;
  /** Different questions that wait for a resolver. */
  readonly maxInFlight: number;
  /** Milliseconds on a clock that is never set. */
  readonly now: () => number;
}

export function createAnswerSource(options: AnswerSourceOptions): AnswerSource {
  const cache = createAnswerCache(options.cache);
  const inFlight = new Map<string, Promise<SourceAnswer>>();
  let turnedAway = 0;

  async function ask(asked: Asked): Promise<SourceAnswer> {
    const { question, key } = asked;
    const { name, type, dnssec, checkingDisabled } = question;
    const answer = await options.upstream
      .ask({ name, type, class: CLASS_IN, dnssec, checkingDisabled })
      .catch((error: unknown) => ({ status: "failed" as const, reason: String(error) }));
    inFlight.delete(key);
    if (answer.status === "failed") return answer;
    const reading = readUpstreamAnswer(answer.message, question, asked);
    if (reading.status === "unusable") return { status: "failed", reason: reading.reason };
    cache.put(key, reading.answer, options.now());
    return { status: "found", answer: reading.answer, ageSeconds: 0 };
  }

  return {
    find(question) {
      const stripsEch = options.stripsEch();
      const key = toKey(question, stripsEch);
      const cached = cache.find(key, options.now());
      if (cached !== undefined) return { status: "found", ...cached };
      const underWay = inFlight.get(key);
      if (underWay !== undefined) return underWay;
      if (inFlight.size >= options.maxInFlight) {
        turnedAway += 1;
        return { status: "failed", reason: "too many questions wait for the resolvers" };
      }
      const promise = ask({ question, key, stripsEch });
      inFlight.set(key, promise);
      return promise;
    },
    get turnedAway() {
      return turnedAway;
    },
    get evicted() {
      return cache.evicted;
    },
  };
}

interface Asked {
  readonly question: SourceQuestion;
  readonly key: string;
  readonly stripsEch: boolean;
}

/**
 * Whether signatures are wanted and checked changes the answer (RFC 4035 §4.5 ff.), and so does what is taken out of it. A
 * name has no space in it.
 */
function toKey(
  { name, type, dnssec, checkingDisabled }: SourceQuestion,
  stripsEch: boolean,
): string {
  const flags = [dnssec ? " do" : "", checkingDisabled ? " cd" : "", stripsEch ? " no-ech" : ""];
  return `${name} ${type}${flags.join("")}`;
}
