/**
 * Sends bytes over TCP in the pieces that its standard input names, and says as JSON what came back and how it ended. `wait`: for that
 * many bytes to come before the next piece.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";

export interface RawClientPlan {
  readonly ip: string;
  readonly port: number;
  readonly pieces: readonly { readonly base64: string; readonly wait?: number }[];
  /** `none`: leaves its half open. */
  readonly end: "none" | "end" | "reset";
}

export interface RawClientOutcome {
  readonly received: string;
  readonly ended: string;
}

const plan: RawClientPlan = JSON.parse(readFileSync(0, "utf8"));
const socket = connect({ host: plan.ip, port: plan.port, allowHalfOpen: true, noDelay: true });
let received = Buffer.alloc(0);
let ended = "open";
let arrived = (): void => undefined;
socket.on("data", (bytes: Buffer) => {
  received = Buffer.concat([received, bytes]);
  arrived();
});
socket.on("end", () => {
  ended = "end";
  socket.end();
});
socket.on("error", (error: NodeJS.ErrnoException) => (ended = String(error.code)));
socket.on("close", () => {
  process.stdout.write(JSON.stringify({ received: received.toString("base64"), ended }));
});

for (const { base64, wait = 0 } of plan.pieces) {
  while (received.length < wait && !socket.destroyed) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
      socket.once("close", resolve);
    });
  }
  if (socket.destroyed) break;
  await new Promise<void>(
    (resolve) => void socket.write(Buffer.from(base64, "base64"), () => resolve()),
  );
}
if (plan.end === "end") socket.end();
if (plan.end === "reset") socket.resetAndDestroy();
