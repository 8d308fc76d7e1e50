/** Asks a running guard. */
import { connect } from "node:net";

import { toErrorCode } from "../errors.ts";
import { type ControlAnswer, parseControlAnswer } from "./control-answer.ts";
import type { ControlRequest } from "./control-request.ts";

export type Asked =
  | ControlAnswer
  | {
      readonly status: "unreachable";
      readonly why: "no-socket" | "nobody-listens" | "forbidden" | "no-answer" | "other";
      readonly reason: string;
    };

/** A guard writes its report before it answers. */
const PATIENCE_MS = 30_000;
/** What a guard tells of itself has a few KiB. */
const MAX_ANSWER_BYTES = 1_048_576;

const WHY: Readonly<Record<string, "no-socket" | "nobody-listens" | "forbidden">> = {
  ENOENT: "no-socket",
  ENOTDIR: "no-socket",
  ECONNREFUSED: "nobody-listens",
  EACCES: "forbidden",
  EPERM: "forbidden",
};

/** Never rejects. */
export function askGuard(path: string, request: ControlRequest): Promise<Asked> {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = connect(path);
  const parts: Buffer[] = [];
  let length = 0;
  socket.setTimeout(PATIENCE_MS, () => {
    resolve(noAnswer(`within ${PATIENCE_MS / 1_000} s`));
    socket.destroy();
  });
  socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
  socket.on("data", (chunk: Buffer) => {
    length += chunk.length;
    parts.push(chunk);
    if (length > MAX_ANSWER_BYTES) socket.destroy();
  });
  socket.on("error", (error) => {
    const code = toErrorCode(error);
    resolve({ status: "unreachable", why: WHY[code] ?? "other", reason: error.message });
  });
  socket.on("close", () => {
    const answer = parseControlAnswer(Buffer.concat(parts).toString("utf8"));
    resolve(answer ?? noAnswer("that could be understood"));
  });
  return promise;
}

function noAnswer(which: string): Asked {
  return { status: "unreachable", why: "no-answer", reason: `it gave no answer ${which}` };
}
