import type { AnswerSource, SourceAnswer } from "./answer-source.ts";
import type { DnsGateOptions, GateClient, GateQuery } from "./dns-gate-options.ts";
import { createEndings, toFailure } from "./endings.ts";
import type { Ending, JudgedQuery } from "./endings.ts";
import type { GateBounds } from "./gate-bounds.ts";
import { parseQuery } from "./parse-query.ts";
import { toTypeName } from "./record-types.ts";
import { writeBareError } from "./write-reply.ts";

/** What came of the messages that reached the gate. */
export interface QueryCounters {
  readonly answered: number;
  /** By policy. */
  readonly refused: number;
  readonly failed: number;
  /** No questions, or none that the gate takes; nothing of them went anywhere. */
  readonly malformed: number;
  /** Turned away because too much was waiting already. */
  readonly turnedAway: number;
  /** Answers that the cache gave up before their time. */
  readonly evicted: number;
}

export interface QueryHandler {
  /** `reply` is called once, at once or later; not at all for what deserves no answer. */
  handle(message: Buffer, client: GateClient, reply: Reply): void;
  counters(): QueryCounters;
}

export type Reply = (message: Buffer | undefined) => void;

interface Pending extends JudgedQuery {
  readonly reply: Reply;
}

const TOO_MANY = "too many clients wait for an answer";

export function createQueryHandler(
  options: DnsGateOptions,
  source: AnswerSource,
  bounds: Pick<GateBounds, "clientsWaiting">,
): QueryHandler {
  const count = { answered: 0, refused: 0, failed: 0, malformed: 0 };
  const endings = createEndings(options);
  let waiting = 0;
  let turnedAway = 0;

  function finish(pending: Pending, ending: Ending): void {
    count[ending.outcome] += 1;
    pending.reply(ending.message);
    options.report(toReported(pending, ending));
  }

  async function wait(pending: Pending, found: Promise<SourceAnswer>): Promise<void> {
    if (waiting >= bounds.clientsWaiting) {
      turnedAway += 1;
      finish(pending, toFailure(pending.query, TOO_MANY));
      return;
    }
    waiting += 1;
    const answer = await found;
    waiting -= 1;
    finish(pending, endings.ofSource(pending, answer));
  }

  return {
    handle(message, client, reply) {
      const parsed = parseQuery(message);
      if (parsed.status !== "query") {
        count.malformed += 1;
        reply(parsed.status === "refused" ? writeBareError(parsed) : undefined);
        return;
      }
      const { query } = parsed;
      const pending = { query, client, decision: endings.judge(query), reply };
      const own = endings.ofGate(pending);
      if (own !== undefined) return finish(pending, own);
      const { name, type, checkingDisabled, edns } = query;
      const found = source.find({ name, type, dnssec: edns?.dnssec ?? false, checkingDisabled });
      if (found instanceof Promise) void wait(pending, found);
      else finish(pending, endings.ofSource(pending, found));
    },
    counters: () => ({
      ...count,
      turnedAway: turnedAway + source.turnedAway,
      evicted: source.evicted,
    }),
  };
}

function toReported(
  { query, client, decision: judged }: Pending,
  { outcome, answers, failure, decision = judged }: Ending,
): GateQuery {
  return {
    at: toMicroseconds(),
    client,
    name: query.name,
    type: toTypeName(query.type),
    verdict: decision.verdict,
    rule: decision.rule,
    outcome,
    answers,
    ...(failure !== undefined && { failure }),
  };
}

function toMicroseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
