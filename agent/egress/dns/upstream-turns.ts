import type { UpstreamAnswer } from "./dns-upstream.ts";
import type { ServerOutcome } from "./upstream-asking.ts";
import type { UpstreamTimeouts } from "./upstream-limits.ts";
import type { WireQuestion } from "./upstream-question.ts";
import type { UpstreamServer } from "./upstream-server.ts";

/** A question on its way through the resolvers, in the order that resolv.conf(5) gives them. */
interface Turns {
  readonly question: WireQuestion;
  readonly servers: readonly UpstreamServer[];
  readonly timeouts: UpstreamTimeouts;
  readonly onEnd: (answer: UpstreamAnswer) => void;
  readonly attempts: Attempt[];
  /** Why a resolver is out of it. */
  readonly reasons: Map<UpstreamServer, string>;
  /** The first refusal that is an answer to the question; what the asker gets when nobody knows better. */
  declined: Uint8Array | undefined;
  next: number;
  round: number;
  timer: NodeJS.Timeout | undefined;
  deadline: NodeJS.Timeout | undefined;
  isOver: boolean;
}

interface Attempt {
  readonly server: UpstreamServer;
  readonly startedAtMs: number;
  readonly cancel: () => void;
}

export interface TurnsRequest {
  readonly question: WireQuestion;
  readonly servers: readonly UpstreamServer[];
  readonly timeouts: UpstreamTimeouts;
}

/**
 * Asks the first resolver, and goes on to the next when one declines, cannot be reached, or is silent for a while; whoever
 * was asked is listened to until the end. After the last one it begins again, and waits twice as long each round.
 */
export function askInTurn(
  { question, servers, timeouts }: TurnsRequest,
  onEnd: (answer: UpstreamAnswer) => void,
): Disposable {
  const turns: Turns = {
    question,
    servers: [...servers.filter((it) => !it.isDown), ...servers.filter((it) => it.isDown)],
    timeouts,
    onEnd,
    attempts: [],
    reasons: new Map(),
    declined: undefined,
    next: 0,
    round: 0,
    timer: undefined,
    deadline: setTimeout(() => finish(turns), timeouts.totalMs).unref(),
    isOver: false,
  };
  askNext(turns);
  return { [Symbol.dispose]: () => stop(turns) };
}

function askNext(turns: Turns): void {
  clearTimeout(turns.timer);
  const server = takeNext(turns);
  if (server === undefined) return finish(turns);
  const startedAtMs = performance.now();
  const cancel = server.ask(turns.question, (outcome) => take(turns, server, outcome));
  turns.attempts.push({ server, startedAtMs, cancel });
  const waitMs = turns.timeouts.nextServerMs * 2 ** turns.round;
  turns.timer = setTimeout(onSilence, waitMs, turns, { server, startedAtMs }).unref();
}

/** None when all are out of it, or when a second round could only repeat what was declined. */
function takeNext(turns: Turns): UpstreamServer | undefined {
  for (let looked = 0; looked < turns.servers.length; looked += 1) {
    if (turns.next === turns.servers.length) {
      if (turns.declined !== undefined) return undefined;
      turns.next = 0;
      turns.round += 1;
    }
    const server = turns.servers[turns.next];
    turns.next += 1;
    if (server !== undefined && !turns.reasons.has(server)) return server;
  }
  return undefined;
}

function onSilence(turns: Turns, attempt: Pick<Attempt, "server" | "startedAtMs">): void {
  attempt.server.noteSilence(attempt.startedAtMs);
  askNext(turns);
}

function take(turns: Turns, server: UpstreamServer, outcome: ServerOutcome): void {
  if (turns.isOver) return;
  if (outcome.status === "answered") return end(turns, outcome);
  if (outcome.status === "declined") turns.declined ??= outcome.message;
  turns.reasons.set(server, outcome.reason);
  const isLast = turns.attempts.at(-1)?.server === server;
  const hasUnasked = turns.round === 0 && turns.next < turns.servers.length;
  const isAnybodyLeft = turns.servers.some((it) => !turns.reasons.has(it));
  if (!isAnybodyLeft) finish(turns);
  else if (isLast && hasUnasked) askNext(turns);
}

function finish(turns: Turns): void {
  if (turns.declined !== undefined) end(turns, { status: "answered", message: turns.declined });
  else end(turns, { status: "failed", reason: toReason(turns) });
}

function end(turns: Turns, answer: UpstreamAnswer): void {
  if (turns.isOver) return;
  stop(turns);
  turns.onEnd(answer);
}

function stop(turns: Turns): void {
  turns.isOver = true;
  clearTimeout(turns.timer);
  clearTimeout(turns.deadline);
  for (const attempt of turns.attempts) attempt.cancel();
}

function toReason(turns: Turns): string {
  const now = performance.now();
  const sentences = turns.servers.map((server) => {
    const reason = turns.reasons.get(server);
    if (reason !== undefined) return `${server.text} ${reason}`;
    const first = turns.attempts.find((attempt) => attempt.server === server);
    if (first === undefined) return `${server.text} was not asked in time`;
    const seconds = Math.max(0.1, Math.round((now - first.startedAtMs) / 100) / 10);
    return `${server.text} did not answer within ${seconds} s`;
  });
  return sentences.join("; ");
}
