import type { IncomingMessage } from "node:http";

import { RequestProblem } from "../errors.ts";

export interface BodyBounds {
  readonly maxBytes: number;
  /** Called with what has come, before it is kept. Throws `too-fast`. */
  readonly take: (bytes: number) => void;
}

const EMPTY = Buffer.alloc(0);

/** Never holds more than it may. Throws `too-large`, `too-fast`, and `bad-request` where the client went away. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, take }: BodyBounds,
): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let isOver = false;
  const refuse = (error: unknown): void => {
    isOver = true;
    request.off("data", keep);
    // What still comes is thrown away.
    request.resume();
    chunks.length = 0;
    reject(error);
  };
  const keep = (chunk: Buffer): void => {
    length += chunk.length;
    try {
      if (length > maxBytes) throw tooLarge(maxBytes);
      take(chunk.length);
      chunks.push(chunk);
    } catch (error) {
      refuse(error);
    }
  };
  request.on("data", keep);
  request.once("end", () => {
    isOver = true;
    resolve(join(chunks));
  });
  const refuseHalf = (): void => {
    if (isOver) return;
    refuse(new RequestProblem("bad-request", "the body ended before it was whole"));
  };
  request.once("close", refuseHalf);
  request.once("error", refuseHalf);
  return promise;
}

function join(chunks: readonly Buffer[]): Buffer {
  const [only = EMPTY] = chunks;
  return chunks.length < 2 ? only : Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): RequestProblem {
  return new RequestProblem("too-large", `a body for this path may have ${maxBytes} bytes`);
}
