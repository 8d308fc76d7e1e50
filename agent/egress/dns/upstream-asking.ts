import { RCODE } from "./response-code.ts";
import { isRefusalToRead, isTruncated, toRcode } from "./upstream-answer.ts";
import type { WireQuestion } from "./upstream-question.ts";
import type { Transport, TransportOptions, TransportReply } from "./upstream-transport.ts";

export type ServerOutcome =
  | { readonly status: "answered"; readonly message: Uint8Array }
  /** An answer that another resolver may know better; no message where its question was not proven. */
  | {
      readonly status: "declined";
      readonly message: Uint8Array | undefined;
      readonly reason: string;
    }
  | { readonly status: "unreachable"; readonly reason: string };

export interface ServerOptions extends TransportOptions {
  readonly isTcpOnly: boolean;
  /** `what` stands behind the resolver and a colon. */
  readonly onForgery: (resolver: string, what: string) => void;
}

/** What a resolver has shown of itself. */
interface Traits {
  hasEdns: boolean;
  keepsCase: boolean;
  heardAtMs: number;
  downUntilMs: number;
}

/** One question to one resolver, through as many attempts as it takes to read it. */
interface Asking {
  readonly question: WireQuestion;
  readonly onOutcome: (outcome: ServerOutcome) => void;
  hasEdns: boolean;
  keepsCase: boolean;
  /** Why it goes over TCP; undefined while it does not. */
  whyTcp: "asked for" | "truncated" | "disturbed" | "folded" | undefined;
  cancel: () => void;
}

/** A resolver as its questions see it. */
export interface AskedServer {
  readonly text: string;
  readonly options: ServerOptions;
  readonly udp: Transport;
  readonly tcp: Transport;
  readonly traits: Traits;
}

/** What a resolver says when it will not or cannot answer; glibc goes on to the next one for these too (res_send.c). */
const DECLINED: ReadonlyMap<number, string> = new Map([
  [RCODE.formatError, "answered FORMERR"],
  [RCODE.serverFailure, "answered SERVFAIL"],
  [RCODE.notImplemented, "answered NOTIMP"],
  [RCODE.refused, "answered REFUSED"],
]);
const OTHER_CASE = "an answer came from its address that did not keep the case of the name";
const ASIDE = {
  truncated: "gave an answer too long for a datagram, and over TCP it",
  disturbed: "had datagrams in its name that were no answers, and over TCP it",
};

/** The function returned gives the question up. */
export function beginAsking(
  server: AskedServer,
  question: WireQuestion,
  onOutcome: (outcome: ServerOutcome) => void,
): () => void {
  const { hasEdns, keepsCase } = server.traits;
  const whyTcp = server.options.isTcpOnly ? "asked for" : undefined;
  const asking: Asking = {
    question,
    onOutcome,
    hasEdns,
    keepsCase,
    whyTcp,
    cancel: () => undefined,
  };
  attempt(server, asking);
  return () => asking.cancel();
}

function attempt(server: AskedServer, asking: Asking): void {
  const transport = asking.whyTcp === undefined ? server.udp : server.tcp;
  const { hasEdns } = asking;
  const mixing = asking.keepsCase ? { mixCase: server.options.random } : {};
  const cancel = transport.ask(asking.question, { hasEdns, ...mixing }, (reply) => {
    clearTimeout(patience);
    if (reply.status === "replied") judge(server, asking, reply);
    else if (reply.status === "bare") judgeBare(server, asking);
    else if (reply.status === "disturbed") again(server, asking, { whyTcp: "disturbed" });
    else giveUp(server, asking, reply.reason);
  });
  const patience = limitProof(server, asking, cancel);
  asking.cancel = () => {
    clearTimeout(patience);
    cancel();
  };
}

/** Where TCP is dropped on the way, a resolver that does not keep the case would otherwise never be understood. */
function limitProof(
  server: AskedServer,
  asking: Asking,
  cancel: () => void,
): NodeJS.Timeout | undefined {
  if (asking.whyTcp !== "folded") return undefined;
  const onSilence = (): void => {
    cancel();
    giveUp(server, asking, "did not answer");
  };
  return setTimeout(onSilence, server.options.timeouts.nextServerMs).unref();
}

function again(server: AskedServer, asking: Asking, change: Partial<Asking>): void {
  attempt(server, Object.assign(asking, change));
}

function judge(
  server: AskedServer,
  asking: Asking,
  reply: TransportReply & { readonly status: "replied" },
): void {
  const { message, isFolded } = reply;
  noteHeard(server);
  if (asking.whyTcp === undefined) {
    // Either the resolver does not keep the case, or somebody who could not see it answers in its place: TCP tells.
    if (isFolded && asking.keepsCase) return again(server, asking, { whyTcp: "folded" });
    if (isTruncated(message)) return again(server, asking, { whyTcp: "truncated" });
  }
  if (asking.whyTcp === "folded") {
    noteCase(server, isFolded);
    asking.whyTcp = "asked for";
  }
  const isUnread = isRefusalToRead(message);
  if (isUnread && asking.hasEdns) return again(server, asking, { hasEdns: false });
  if (!isUnread && !asking.hasEdns) server.traits.hasEdns = false;
  const declined = DECLINED.get(toRcode(message));
  if (declined === undefined) asking.onOutcome({ status: "answered", message });
  else asking.onOutcome({ status: "declined", message, reason: declined });
}

/** An old resolver that cannot read EDNS; RFC 6891 §7 has it answer FORMERR, and some leave the question out. */
function judgeBare(server: AskedServer, asking: Asking): void {
  noteHeard(server);
  if (asking.hasEdns) return again(server, asking, { hasEdns: false });
  asking.onOutcome({
    status: "declined",
    message: undefined,
    reason: "did not understand the question",
  });
}

function giveUp(server: AskedServer, asking: Asking, reason: string): void {
  if (asking.whyTcp === "folded") {
    // No TCP to be had, so what it costs is the letters' case; the id and the port are new all the same.
    noteCase(server, true);
    return again(server, asking, { whyTcp: undefined, keepsCase: false });
  }
  if (asking.whyTcp === "truncated" || asking.whyTcp === "disturbed") {
    asking.onOutcome({ status: "unreachable", reason: `${ASIDE[asking.whyTcp]} ${reason}` });
    return;
  }
  markDown(server);
  asking.onOutcome({ status: "unreachable", reason });
}

function noteCase(server: AskedServer, isFolded: boolean): void {
  if (isFolded) server.traits.keepsCase = false;
  else server.options.onForgery(server.text, OTHER_CASE);
}

function noteHeard({ traits }: AskedServer): void {
  traits.heardAtMs = performance.now();
  traits.downUntilMs = 0;
}

export function markDown({ traits, options }: AskedServer): void {
  traits.downUntilMs = performance.now() + options.timeouts.downMs;
}
