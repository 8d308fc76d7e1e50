/** Answers findings with what their tenants' policy says, and does what operators ask for; each response goes on after a crash. */
import { RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type {
  NewResponse,
  PodOfRun,
  ResponseAction,
  ResponseStore,
  StoredResponse,
} from "../stores/response-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";
import { createCarryOut } from "./carry-out.ts";
import { countKills, findReachedLimit } from "./kill-limit.ts";
import { createNewsTurn } from "./news-turn.ts";
import { toOrdered } from "./ordered-response.ts";
import type { ResponsePolicy } from "./response-file.ts";
import { toEnd } from "./response-findings.ts";
import type { StepKinds } from "./step-kind.ts";
import { createTakeUpAgain } from "./taken-up-again.ts";

export interface Responder extends AsyncDisposable {
  /** There are news of findings on disk. */
  wake(): void;
  /** On disk when it is kept, and under way; also where nothing is armed, as a person has decided it. Throws `RequestProblem`. */
  respond(order: ResponseOrder): Promise<StoredResponse>;
}

export interface ResponseOrder {
  readonly tenant: string;
  readonly runId: string;
  readonly action: ResponseAction;
  readonly reason: string;
  readonly by: string;
}

export interface ResponderOptions {
  readonly store: ResponseStore &
    Pick<RunQueries, "showFinding"> &
    Pick<EventStore, "findRunOfAny">;
  readonly policy: ResponsePolicy;
  readonly steps: StepKinds;
  /** See `CarryOutOptions`. */
  readonly onRevoke: (pod: PodOfRun) => void;
  /** On disk: it was decided, or is over. */
  readonly onChange: (response: NewResponse) => void;
  /** Something could not be read or stored; it is tried again. */
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** Between two times that a kill is tried which failed since nobody answered. */
  readonly retryEachMs: number;
}

/** For what was left by a fault, and by nobody's bell. */
const LOOK_EACH_MS = 5_000;
/** Of a disk that takes nothing. */
const RETRY_MS = 1_000;
/** Each waits for somebody else; automatic ones are bounded by their limit. */
const MAX_UNDER_WAY = 1_000;

interface UnderWay {
  readonly response: NewResponse;
  readonly done: Promise<void>;
}

export function createResponder(options: ResponderOptions): Responder {
  const { store, policy, onChange, onTrouble, now, retryEachMs } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const underWay = new Map<string, UnderWay>();
  const takeTurn = createNewsTurn(options);
  const takeUpAgain = createTakeUpAgain(options);
  const carryOut = createCarryOut({
    ...options,
    store: (deed) => store.doResponses(deed),
    mayKill: (response) =>
      !response.isAutomatic ||
      findReachedLimit(response.tenant, countKills(store, response, now()), policy) === undefined,
    toEnd,
  });
  let turns: Promise<void> | undefined;
  let isCalled = false;

  /** One at a time: what is decided is on disk before the next is. */
  const takeTurns = async (): Promise<void> => {
    while (isCalled) {
      isCalled = false;
      for (let deed = takeTurn(); deed !== undefined && !signal.aborted; deed = takeTurn()) {
        await store.doResponses(deed);
        for (const response of deed.responses) {
          onChange(response);
          if (response.state !== "dry-run") start(response);
        }
        // Findings by the thousand keep nobody else waiting.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const wake = (): void => {
    if (signal.aborted) return;
    isCalled = true;
    turns ??= takeTurns()
      .catch((error: unknown) => {
        onTrouble("news of findings", error);
        setTimeout(wake, RETRY_MS).unref();
      })
      .finally(() => {
        turns = undefined;
        if (isCalled) wake();
      });
  };
  const tellEnd = (ended: NewResponse): void => {
    // That it fails each time was told once.
    if (ended.state !== "failed" || ended.retries === 0) onChange(ended);
  };
  const start = (response: NewResponse): void => {
    if (signal.aborted || underWay.has(response.id)) return;
    const done = carryOut(response, signal)
      .then(tellEnd)
      .catch((error: unknown) => {
        // What is stored of it is taken up again.
        if (!signal.aborted) onTrouble(`response ${response.id}`, error);
      })
      .finally(() => underWay.delete(response.id));
    underWay.set(response.id, { response, done });
  };
  const resume = (): void => {
    try {
      for (const response of store.listOpenResponses()) start(response);
    } catch (error) {
      onTrouble("responses", error);
    }
  };
  const retry = (): void => {
    try {
      const again = [...underWay.values()].map(({ response }) => response);
      for (const response of takeUpAgain(again.filter(({ retries }) => retries > 0)))
        start(response);
    } catch (error) {
      onTrouble("responses that failed", error);
    }
  };
  const timer = setInterval(
    () => {
      wake();
      resume();
      retry();
    },
    Math.min(LOOK_EACH_MS, retryEachMs),
  );
  resume();
  wake();
  return {
    wake,
    async respond(order) {
      if (underWay.size >= MAX_UNDER_WAY) {
        const detail = { retryAfterSeconds: RETRY_MS / 1_000 };
        throw new RequestProblem("too-fast", "too many responses are under way", detail);
      }
      const { tenant, runId, action } = order;
      const run = store.findRunOfAny(runId);
      if (run?.tenant !== tenant) throw new RequestProblem("not-found", "there is no such run");
      // Asked for twice, it is done once.
      const open = store
        .listOpenResponses()
        .find((one) => one.runId === runId && one.action === action);
      if (open !== undefined) return open;
      const response = toOrdered(order, run, now());
      await store.doResponses({ responses: [response] });
      onChange(response);
      start(response);
      const stored = store.findResponse(tenant, response.id);
      if (stored === undefined) throw new Error(`response ${response.id} is not there`);
      return stored;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await turns;
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}
