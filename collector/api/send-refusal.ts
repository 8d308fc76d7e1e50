/** Refuses who is not let as far as a request: too many, or no HTTP at all. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { RequestProblem } from "../errors.ts";
import { toBody } from "./send-answer.ts";

/** Written to the socket itself; nothing of the client's is repeated. */
export function sendRefusal(socket: Duplex, status: number, problem: RequestProblem): void {
  const body = toBody(problem);
  const { retryAfterSeconds } = problem.detail;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...(retryAfterSeconds === undefined ? [] : [`retry-after: ${retryAfterSeconds}`]),
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.on("error", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** What the parser of HTTP says of a request that is none. */
export function refuseClientError(error: Error, socket: Duplex): void {
  // Who went away hears nothing.
  if (!socket.writable || ("code" in error && error.code === "ECONNRESET")) {
    socket.destroy();
    return;
  }
  const [status, problem] = toRefusal("code" in error ? error.code : undefined);
  sendRefusal(socket, status, problem);
}

function toRefusal(code: unknown): [status: number, problem: RequestProblem] {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return [431, new RequestProblem("too-large", "the head of the request is too long")];
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [408, new RequestProblem("bad-request", "the request did not come in time")];
    default:
      return [400, new RequestProblem("bad-request", "this is no HTTP")];
  }
}
