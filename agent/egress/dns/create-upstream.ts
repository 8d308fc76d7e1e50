import type { DnsUpstream, UpstreamAnswer, UpstreamQuestion } from "./dns-upstream.ts";
import type { ResolverAddress } from "./resolver-address.ts";
import type { UpstreamBounds, UpstreamTimeouts } from "./upstream-limits.ts";
import { toWireQuestion, type WireQuestion } from "./upstream-question.ts";
import { createRandomBytes, type FillRandom } from "./upstream-random.ts";
import { createUpstreamServer, type UpstreamServer } from "./upstream-server.ts";
import { askInTurn } from "./upstream-turns.ts";

export interface DnsUpstreamOptions {
  /** In the order in which they are asked. */
  readonly resolvers: readonly ResolverAddress[];
  /** SO_MARK of every packet that is sent, so that the guard's own questions are not sent back to it. */
  readonly mark: number | null;
  readonly timeouts: UpstreamTimeouts;
  readonly bounds: UpstreamBounds;
  readonly random?: FillRandom;
  readonly isTcpOnly?: boolean;
  /** Somebody answers in a resolver's place. Called once a socket, which is closed thereby, or once a question. */
  readonly onForgery?: (forgery: { readonly resolver: string; readonly what: string }) => void;
}

export interface UpstreamCounters {
  readonly asked: number;
  readonly failed: number;
  /** Turned away because too many were on their way. */
  readonly refused: number;
  readonly forgeriesSuspected: number;
}

const ENDING = "the guard is ending";

interface State {
  readonly servers: readonly UpstreamServer[];
  readonly options: DnsUpstreamOptions;
  readonly pending: Map<string, Pending>;
  readonly counters: { -readonly [name in keyof UpstreamCounters]: number };
  isDisposed: boolean;
}

interface Pending {
  readonly answer: Promise<UpstreamAnswer>;
  giveUp(): void;
}

export function createDnsUpstream(
  options: DnsUpstreamOptions,
): DnsUpstream & { readonly counters: UpstreamCounters } {
  const counters = { asked: 0, failed: 0, refused: 0, forgeriesSuspected: 0 };
  const random = createRandomBytes(options.random);
  const onForgery = (resolver: string, what: string): void => {
    counters.forgeriesSuspected += 1;
    options.onForgery?.({ resolver, what });
  };
  const { mark, timeouts, bounds, isTcpOnly = false } = options;
  const servers = options.resolvers
    .slice(0, bounds.maxResolvers)
    .map((resolver) =>
      createUpstreamServer({ resolver, mark, random, timeouts, bounds, isTcpOnly, onForgery }),
    );
  const state: State = { servers, options, pending: new Map(), counters, isDisposed: false };
  return {
    counters,
    ask: (question) => ask(state, question),
    [Symbol.dispose]() {
      dispose(state);
    },
  };
}

function ask(state: State, asked: UpstreamQuestion): Promise<UpstreamAnswer> {
  if (state.isDisposed) return toFailure(ENDING);
  if (state.servers.length === 0) return toFailure("there is no resolver to ask");
  const question = toWireQuestion(asked);
  if (question === undefined) return toFailure("the name cannot be written in a question");
  // Several at once for one question would be as many chances for a forger (RFC 5452 §5).
  const key = toKey(question);
  const known = state.pending.get(key);
  if (known !== undefined) return known.answer;
  if (state.pending.size >= state.options.bounds.maxQuestionsInFlight) {
    state.counters.refused += 1;
    return toFailure("too many questions are on their way");
  }
  return send(state, key, question);
}

function send(state: State, key: string, question: WireQuestion): Promise<UpstreamAnswer> {
  const { promise, resolve } = Promise.withResolvers<UpstreamAnswer>();
  const { servers, counters } = state;
  const end = (answer: UpstreamAnswer): void => {
    state.pending.delete(key);
    if (answer.status === "failed") counters.failed += 1;
    resolve(answer);
  };
  const turns = askInTurn({ question, servers, timeouts: state.options.timeouts }, end);
  counters.asked += 1;
  state.pending.set(key, {
    answer: promise,
    giveUp() {
      turns[Symbol.dispose]();
      end({ status: "failed", reason: ENDING });
    },
  });
  return promise;
}

function toFailure(reason: string): Promise<UpstreamAnswer> {
  return Promise.resolve({ status: "failed", reason });
}

function toKey({ name, type, class: klass, dnssec, checkingDisabled }: UpstreamQuestion): string {
  return `${type} ${klass} ${dnssec ? 1 : 0}${checkingDisabled ? 1 : 0} ${name}`;
}

function dispose(state: State): void {
  state.isDisposed = true;
  for (const pending of state.pending.values()) pending.giveUp();
  for (const server of state.servers) server[Symbol.dispose]();
}
