import { toVisibleText } from "../../visible-text.ts";
import { toHostName } from "../host-name.ts";
import type { NameDecision } from "../name-policy.ts";
import type { SourceAnswer } from "./answer-source.ts";
import type { DnsGateOptions, GateClient, GateQuery } from "./dns-gate-options.ts";
import { toLearnedAtAge } from "./learned-answer.ts";
import { toLocalAnswer } from "./local-answer.ts";
import type { Query } from "./parse-query.ts";
import { isMetaType } from "./record-types.ts";
import { RCODE } from "./response-code.ts";
import type { StoredAnswer } from "./stored-answer.ts";
import { writeAnswer, writeError } from "./write-reply.ts";

export interface JudgedQuery {
  readonly query: Query;
  readonly client: GateClient;
  readonly decision: NameDecision;
}

/** How a question ends: what the client is told, and what the report is. */
export interface Ending {
  readonly outcome: GateQuery["outcome"];
  readonly message: Buffer;
  readonly answers: readonly string[];
  /** Why there is no answer, where policy has nothing to do with it. */
  readonly failure?: string;
  /** Where the answer showed something that the question's name did not. */
  readonly decision?: NameDecision;
}

export interface Endings {
  judge(query: Query): NameDecision;
  /** Of questions that no resolver is asked; undefined for all others. */
  ofGate(judged: JudgedQuery): Ending | undefined;
  ofSource(judged: JudgedQuery, found: SourceAnswer): Ending;
}

/** RFC 8914 §4: 15 is for what the resolver's operator has decided to block. */
const BLOCKED = 15;
const OTHER_ERROR = 0;
const MAX_TEXT_CHARACTERS = 200;
const LOOPBACK: NameDecision = { isAnswered: true, verdict: "allowed", rule: "loopback" };
const NO_HOST_NAME: NameDecision = {
  isAnswered: false,
  verdict: "blocked",
  rule: "not-a-host-name",
};

type EndingsOptions = Pick<DnsGateOptions, "decide" | "isDenied" | "refuses" | "open">;

export function createEndings(options: EndingsOptions): Endings {
  const { decide, isDenied, open } = options;
  return {
    judge({ name, type }) {
      if (toLocalAnswer(name, type) !== undefined) return LOOPBACK;
      if (options.refuses() && toHostName(name) !== name) return NO_HOST_NAME;
      return decide(name);
    },
    ofGate({ query, client, decision }) {
      const { name, type } = query;
      if (isMetaType(type)) return toUnsupported(query);
      const body = toLocalAnswer(name, type);
      if (body !== undefined) {
        const reply = { code: RCODE.noError, body, ageSeconds: 0 };
        const message = writeAnswer(query, reply, client.transport);
        return { outcome: "answered", message, answers: [] };
      }
      return decision.isAnswered ? undefined : toRefusal(query, decision);
    },
    ofSource({ query, client }, found) {
      if (found.status === "failed") return toFailure(query, found.reason);
      const { answer, ageSeconds } = found;
      const denied = options.refuses() ? answer.aliases.find(isDenied) : undefined;
      if (denied !== undefined) return toRefusal(query, toAliasDecision(denied));
      if (leadsSomewhere(answer)) {
        const opened = open(toLearnedAtAge(query.name, answer, ageSeconds));
        if (opened === "refused") return toFailure(query, "the way there cannot be opened");
      }
      const { code, isAuthentic, body, texts } = answer;
      const reply = { code, isAuthentic, body, ageSeconds };
      const message = writeAnswer(query, reply, client.transport);
      return { outcome: "answered", message, answers: texts };
    },
  };
}

/** The client tries no other resolver for it: what failed here would fail there. */
export function toFailure(query: Query, reason: string): Ending {
  const text = toVisibleText(`runner-guard: ${reason}`, MAX_TEXT_CHARACTERS);
  const error = { code: OTHER_ERROR, text };
  const message = writeError(query, { code: RCODE.serverFailure, error });
  return { outcome: "failed", message, answers: [], failure: reason };
}

/**
 * NXDOMAIN, so that programs give up at once. Without an SOA record, for a resolver between the job and the gate may keep
 * a negative answer that has one, and then takes all names below for missing too (RFC 8020), allowed ones among them.
 */
function toRefusal(query: Query, decision: NameDecision): Ending {
  const text = toVisibleText(
    `runner-guard: not allowed by policy (${decision.rule})`,
    MAX_TEXT_CHARACTERS,
  );
  const message = writeError(query, { code: RCODE.nameError, error: { code: BLOCKED, text } });
  return { outcome: "refused", message, answers: [], decision };
}

/** Transfers and ANY are no look-ups of a job (RFC 8482), and their answers are large. */
function toUnsupported(query: Query): Ending {
  return {
    outcome: "failed",
    message: writeError(query, { code: RCODE.refused }),
    answers: [],
    failure: "transfers and questions for every record are not passed on",
  };
}

function toAliasDecision(alias: string): NameDecision {
  return { isAnswered: false, verdict: "blocked", rule: `egress.deny: alias ${alias}` };
}

function leadsSomewhere({ addresses, targets }: StoredAnswer): boolean {
  return addresses.length > 0 || targets.length > 0;
}
