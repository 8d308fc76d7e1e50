/** The first line that a connection brings, within a bound. */
import type { Socket } from "node:net";

export type RequestLine =
  | { readonly status: "line"; readonly text: string }
  | { readonly status: "too-long" }
  /** It ended, or broke, before there was anything. */
  | { readonly status: "gone" };

/** A peer that stops sending counts as having sent its line; what stands behind the first line end is not looked at. */
export function readRequestLine(socket: Socket, maxBytes: number): Promise<RequestLine> {
  const { promise, resolve } = Promise.withResolvers<RequestLine>();
  const parts: Buffer[] = [];
  let length = 0;
  const settle = (line: RequestLine): void => {
    socket.removeAllListeners("data").pause();
    resolve(line);
  };
  socket.on("data", (chunk: Buffer) => {
    const end = chunk.indexOf("\n");
    const part = end < 0 ? chunk : chunk.subarray(0, end);
    length += part.length;
    if (length > maxBytes) return settle({ status: "too-long" });
    parts.push(part);
    if (end >= 0) settle(toLine(parts));
  });
  socket.once("end", () => settle(length === 0 ? { status: "gone" } : toLine(parts)));
  socket.once("close", () => settle({ status: "gone" }));
  return promise;
}

function toLine(parts: readonly Buffer[]): RequestLine {
  return { status: "line", text: Buffer.concat(parts).toString("utf8") };
}
