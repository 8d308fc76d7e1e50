/** What a dead guard left: sent as it is, and its end told where it had one. */
import type { StartRunRequest } from "../../protocol/index.ts";
import { createCollectorSession } from "./collector-session.ts";
import { toLines } from "./event-lines.ts";
import { createLosses } from "./losses.ts";
import { pack } from "./packing.ts";
import { toLossTails } from "./sendable.ts";
import { createSender } from "./sender.ts";
import { toBeginning } from "./spool/beginning.ts";
import type { DiskStore } from "./spool/disk-store.ts";
import { createSpool } from "./spool/spool.ts";
import type { Transport } from "./transport/transport.ts";

export interface LeftoverOptions {
  readonly store: DiskStore;
  readonly request: StartRunRequest;
  readonly transport: Transport;
  readonly onTrouble: (reason: string | undefined) => void;
}

/** `sent`: nothing is left of it. `waiting`: it is for another time. */
export async function sendLeftover(
  options: LeftoverOptions,
  signal: AbortSignal,
): Promise<"sent" | "waiting"> {
  if (signal.aborted) return "waiting";
  const { store, transport } = options;
  const { position, killed, lastEvent } = toBeginning(store);
  const losses = createLosses();
  const saysGoodbye = store.head(store.length - 1)?.isLast === true;
  if (killed > 0) keepLoss(store, lastEvent, killed);
  const spool = createSpool(store, {
    maxBytes: Number.MAX_SAFE_INTEGER,
    policy: "keep-oldest",
    onEvicted: () => undefined,
  });
  const sender = createSender({
    ...options,
    session: createCollectorSession(transport),
    spool,
    losses,
    position,
    saysGoodbye,
    onRun: () => undefined,
  });
  return (await sender.finish(signal)) === "finished" ? "sent" : "waiting";
}

/** The last that is said of this run: nothing follows that would tell of what is missing. */
function keepLoss(store: DiskStore, lastEvent: number, killed: number): void {
  const tails = toLossTails(new Map([["guard-killed", killed]]));
  const last = store.head(store.length - 1);
  const firstSeq =
    last === undefined ? (store.position?.acknowledged ?? 0) + 1 : last.firstSeq + last.count;
  store.append({
    firstSeq,
    count: tails.length,
    fromEvent: lastEvent + 1,
    toEvent: lastEvent + killed,
    isImportant: false,
    isLast: false,
    content: pack(toLines(tails, firstSeq)),
  });
}
