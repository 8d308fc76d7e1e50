/**
 * Tells of questions when it is known who asked. The kernel sensor notes a socket's owner when its packet has left, which
 * can be after the gate has answered it; so nothing is told in the first moments.
 */
import type { DnsQueryObservation } from "../../observation.ts";
import type { GateQuery } from "../dns/dns-gate-options.ts";
import { type FindClient, toLocalPort } from "../find-client.ts";

/** A packet is on its way for microseconds; a processor that was taken away from the sender comes back within a few ms. */
const SETTLING_MICROSECONDS = 10_000;
/** In 20 ms the gate answers some hundreds. */
export const MAX_WAITING_QUESTIONS = 4_096;

export interface QuestionLog {
  add(query: GateQuery): void;
  /** Tells of those that have waited long enough, or of all. */
  settle(until?: "all"): void;
  readonly refused: number;
  /** Questions that were told of without the process, for want of room. */
  readonly hurried: number;
}

export interface QuestionLogOptions {
  readonly observe: (observation: DnsQueryObservation) => void;
  readonly findClient: FindClient;
  readonly maxWaiting: number;
  readonly now?: () => number;
}

export function createQuestionLog(options: QuestionLogOptions): QuestionLog {
  const { now = () => Date.now() * 1000 } = options;
  let waiting: GateQuery[] = [];
  let refused = 0;
  let hurried = 0;
  const tell = (query: GateQuery): void => {
    const { at, name, type, verdict, rule, answers, failure } = query;
    const client = options.findClient(toLocalPort(query.client)) ?? null;
    const question = { kind: "dns-query", at, client, name, type, verdict, rule, answers } as const;
    options.observe(failure === undefined ? question : { ...question, failure });
  };
  return {
    add(query) {
      if (query.verdict === "blocked") refused += 1;
      if (waiting.length < options.maxWaiting) {
        waiting.push(query);
        return;
      }
      hurried += 1;
      tell(query);
    },
    settle(until) {
      const before = until === "all" ? Infinity : now() - SETTLING_MICROSECONDS;
      const index = waiting.findIndex(({ at }) => at > before);
      const settled = index < 0 ? waiting : waiting.slice(0, index);
      waiting = index < 0 ? [] : waiting.slice(index);
      for (const query of settled) tell(query);
    },
    get refused() {
      return refused;
    },
    get hurried() {
      return hurried;
    },
  };
}
