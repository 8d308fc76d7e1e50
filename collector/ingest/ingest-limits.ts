/** How much may come, from a run and from a tenant: refused before it is read. */
import { RequestProblem } from "../errors.ts";
import { createRateLimit, type Rate, type RateLimit } from "./rate-limit.ts";

export interface IngestLimits {
  readonly runStarts: Rate;
  readonly run: SenderLimits;
  readonly tenant: SenderLimits;
  /** Of all batches of a run, as they are stored, with the rows beside them. */
  readonly maxRunBytes: number;
}

export interface SenderLimits {
  readonly requests: Rate;
  /** Unpacked: what costs most is reading them. */
  readonly bytes: Rate;
  /** Stored beside batches, of what pages ask for; and lines that are no events. */
  readonly rows: Rate;
}

export interface Cost {
  readonly bytes?: number;
  readonly rows?: number;
}

/** What no honest agent comes near, also when it catches up on an hour; ten that flood leave the others room. */
export const INGEST_LIMITS: IngestLimits = {
  runStarts: { perSecond: 200, burst: 20_000 },
  run: {
    requests: { perSecond: 1_000, burst: 10_000 },
    bytes: { perSecond: 33_554_432, burst: 268_435_456 },
    rows: { perSecond: 1_000, burst: 10_000 },
  },
  tenant: {
    requests: { perSecond: 10_000, burst: 100_000 },
    bytes: { perSecond: 268_435_456, burst: 2_147_483_648 },
    rows: { perSecond: 10_000, burst: 100_000 },
  },
  maxRunBytes: 1_073_741_824,
};

const MAX_NAMES = 20_000;

export interface IngestGate {
  /** Before it is read which run it is. Throws `too-fast`. */
  admitStart(tenant: string): void;
  /** Throws `too-fast`. */
  startRun(tenant: string): void;
  /** Throws `too-fast` and `too-large`. */
  admit(tenant: string, run: { readonly runId: string; readonly bytes: number }): void;
  /** So much was read for it, or is about to be stored. */
  charge(tenant: string, runId: string, cost: Cost): void;
}

export function createIngestGate(limits: IngestLimits, uptime: () => number): IngestGate {
  const create = (rate: Rate) => createRateLimit({ rate, maxNames: MAX_NAMES, uptime });
  const starts = create(limits.runStarts);
  const requests = { run: create(limits.run.requests), tenant: create(limits.tenant.requests) };
  const bytes = { run: create(limits.run.bytes), tenant: create(limits.tenant.bytes) };
  const rows = { run: create(limits.run.rows), tenant: create(limits.tenant.rows) };
  const admitStart = (tenant: string): void =>
    refuse("runs start too fast", starts.waitSeconds(tenant));
  return {
    admitStart,
    startRun(tenant) {
      admitStart(tenant);
      starts.take(tenant, 1);
    },
    admit(tenant, { runId, bytes: stored }) {
      if (stored >= limits.maxRunBytes) {
        throw new RequestProblem("too-large", `a run may have ${limits.maxRunBytes} bytes`);
      }
      for (const limit of [requests, bytes, rows]) {
        refuse("the run sends too fast", limit.run.waitSeconds(runId));
        refuse("the tenant sends too fast", limit.tenant.waitSeconds(tenant));
      }
      requests.run.take(runId, 1);
      requests.tenant.take(tenant, 1);
    },
    charge(tenant, runId, cost) {
      takeOf(bytes, { tenant, runId }, cost.bytes);
      takeOf(rows, { tenant, runId }, cost.rows);
    },
  };
}

function takeOf(
  limit: { readonly run: RateLimit; readonly tenant: RateLimit },
  { tenant, runId }: { readonly tenant: string; readonly runId: string },
  amount = 0,
): void {
  if (amount === 0) return;
  limit.run.take(runId, amount);
  limit.tenant.take(tenant, amount);
}

function refuse(message: string, waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw new RequestProblem("too-fast", message, { retryAfterSeconds: waitSeconds });
}
