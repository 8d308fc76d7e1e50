import type { IncomingMessage } from "node:http";

import { RequestProblem } from "../errors.ts";

/** Never holds more than `maxBytes`. Throws `too-large`, and `bad-request` where the client went away. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      const bytes: Buffer = chunk;
      length += bytes.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof RequestProblem) throw error;
    throw new RequestProblem("bad-request", "the body ended before it was whole", { cause: error });
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): RequestProblem {
  return new RequestProblem("too-large", `a body for this path may have ${maxBytes} bytes`);
}
