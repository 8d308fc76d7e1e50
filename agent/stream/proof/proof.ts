/** What an agent shows to a collector that asks who it is. */
import { hkdfSync } from "node:crypto";

import { RUN_TOKEN_KEY_INFO, toRunToken } from "../../../protocol/index.ts";

/** A run that has begun. */
export interface BegunRun {
  readonly runId: string;
  /** 32 bytes in hexadecimal. */
  readonly uploadKey: string;
}

/** The token for a request of that run; undefined: for the start of one. Rejects where it cannot be had. */
export type Proof = (run: BegunRun | undefined, signal: AbortSignal) => string | Promise<string>;

const KEY_BYTES = 32;

/** Somebody else vouches for the start; what has begun goes on with a token that comes of its own key. */
export function createVouchedProof(ask: (signal: AbortSignal) => string | Promise<string>): Proof {
  return (run, signal) => (run === undefined ? ask(signal) : toTokenOfRun(run));
}

function toTokenOfRun({ runId, uploadKey }: BegunRun): string {
  const secret = Buffer.from(uploadKey, "hex");
  const key = Buffer.from(hkdfSync("sha256", secret, runId, RUN_TOKEN_KEY_INFO, KEY_BYTES));
  return toRunToken(runId, key.toString("hex"));
}
