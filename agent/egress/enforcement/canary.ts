/** Proves that packets of the job are judged: one is sent in its name, to where the table refuses everything. */
import type { Socket } from "node:dgram";

import { toErrorText } from "../../errors.ts";
import { openUdpNow } from "../marked-socket.ts";
import { CANARY } from "../nftables/judge-chains.ts";

/** A packet is judged while it is sent, and its log is there when sending has ended. */
const PATIENCE_MS = 500;
const LOOK_EVERY_MS = 1;

export interface CanaryOptions {
  /** Where what is started belongs to the job. */
  readonly startWithin: <Started>(start: () => Started) => Started;
  /** Whether the log of a canary has come; looks for it. */
  readonly isHeard: () => boolean;
}

/** Nothing when the packet was refused and logged; else what that means. */
export async function findDeafness({
  startWithin,
  isHeard,
}: CanaryOptions): Promise<string | undefined> {
  // A socket belongs to the cgroup of whoever makes it, for good.
  const opened = openWithin(startWithin);
  if (opened.status === "failed") return `the proof that packets are judged: ${opened.reason}`;
  const { socket } = opened;
  try {
    const outcome = await send(socket);
    const deadline = performance.now() + PATIENCE_MS;
    while (!isHeard()) {
      if (performance.now() > deadline) return describe(outcome);
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
    return undefined;
  } finally {
    socket.close();
  }
}

/** The first time that the guard steps into the command's place: it may turn out that it cannot. */
function openWithin(startWithin: CanaryOptions["startWithin"]): ReturnType<typeof openUdpNow> {
  try {
    return startWithin(() => openUdpNow("ipv4"));
  } catch (error) {
    return { status: "failed", reason: toErrorText(error) };
  }
}

function send(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.send("canary", CANARY.port, CANARY.ip, (error) => resolve(error?.message));
  });
}

function describe(outcome: string | undefined): string {
  return outcome === undefined
    ? "a packet sent in the command's name was not refused: the kernel does not tell the command's control group, or another table let it pass"
    : `a packet sent in the command's name was not logged as refused (${outcome}): is loopback up?`;
}
