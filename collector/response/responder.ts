/** Answers findings with what their tenants' policy says, and does what operators ask for; each response goes on after a crash. */
import { RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type {
  NewResponse,
  ResponseAction,
  ResponseState,
  ResponseStore,
  StoredResponse,
} from "../stores/response-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";
import { createCarryOut, type RevokedPod } from "./carry-out.ts";
import { countKills, findReachedLimit } from "./kill-limit.ts";
import { createNewsTurn } from "./news-turn.ts";
import { toOrdered } from "./ordered-response.ts";
import { type ResponseBounds, USUAL_BOUNDS } from "./response-bounds.ts";
import type { ResponsePolicy } from "./response-file.ts";
import { toEndOfResponse } from "./response-findings.ts";
import { createResponsesUnderWay } from "./responses-under-way.ts";
import type { StepKinds } from "./step-kind.ts";
import { createTurns } from "./take-turns.ts";
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
  readonly onRevoke: (pod: RevokedPod) => void;
  /** On disk: it was decided, or is over. */
  readonly onChange: (response: NewResponse) => void;
  /** Something could not be read or stored; it is tried again. */
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  readonly bounds?: ResponseBounds;
}

/** For what was left by a fault, and by nobody's bell. */
const LOOK_EACH_MS = 5_000;
/** Of a disk that takes nothing. */
const RETRY_MS = 1_000;
/** Of a tenant, asked for by people: each waits for somebody else. What rules and guards begin keeps no person from anything. */
const MAX_ORDERS = 1_000;

const FINAL: readonly ResponseState[] = ["done", "failed", "dry-run"];

export function createResponder(options: ResponderOptions): Responder {
  const { store, policy, onChange, onTrouble, now, bounds = USUAL_BOUNDS } = options;
  const { patience, retryEachMs } = bounds;
  const ending = new AbortController();
  const { signal } = ending;
  const takeUpAgain = createTakeUpAgain({ ...options, retryEachMs });
  const underWay = createResponsesUnderWay({
    carryOut: createCarryOut({
      ...options,
      patience,
      store: (deed) => store.doResponses(deed),
      mayKill: (response) =>
        !response.isAutomatic ||
        findReachedLimit(response.tenant, countKills(store, response, now()), policy) === undefined,
      toEnd: toEndOfResponse,
    }),
    onEnd(ended) {
      // That it fails each time was told once.
      if (ended.state !== "failed" || ended.retries === 0) onChange(ended);
    },
    onTrouble,
    signal,
  });
  const turns = createTurns({
    takeTurn: createNewsTurn(options),
    store: (deed) => store.doResponses(deed),
    onDecided(response) {
      onChange(response);
      if (response.state !== "dry-run") underWay.begin(response);
    },
    onTrouble,
    retryMs: RETRY_MS,
    signal,
  });
  const resume = (): void => {
    try {
      for (const response of store.listOpenResponses()) underWay.begin(response);
      const again = underWay.list().filter(({ retries }) => retries > 0);
      for (const response of takeUpAgain(again)) underWay.begin(response);
    } catch (error) {
      onTrouble("responses", error);
    }
  };
  const look = (): void => {
    turns.wake();
    resume();
  };
  const timer = setInterval(look, Math.min(LOOK_EACH_MS, retryEachMs));
  look();
  return {
    wake: () => turns.wake(),
    async respond(order) {
      const { tenant, runId, action } = order;
      if (underWay.countOrders(tenant) >= MAX_ORDERS) {
        const detail = { retryAfterSeconds: RETRY_MS / 1_000 };
        throw new RequestProblem("too-fast", "too many responses are under way", detail);
      }
      const run = store.findRunOfAny(runId);
      if (run?.tenant !== tenant) throw new RequestProblem("not-found", "there is no such run");
      // Asked for twice, it is done once.
      const open = store
        .listResponsesOfRun(runId)
        .find((one) => one.action === action && !FINAL.includes(one.state));
      if (open !== undefined) return open;
      const response = toOrdered(order, run, now());
      await store.doResponses({ responses: [response] });
      onChange(response);
      underWay.begin(response);
      const stored = store.findResponse(tenant, response.id);
      if (stored === undefined) throw new Error(`response ${response.id} is not there`);
      return stored;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await turns.settle();
      await underWay.settle();
    },
  };
}
