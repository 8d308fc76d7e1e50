/** A log that comes by a pipe, as the guard's standard input. */
import type { Readable } from "node:stream";

import type { LogSource } from "./log-source.ts";
import type { LogText } from "./log-text.ts";

/** How long it is silent before what is begun is looked at. */
const SILENCE_MS = 200;

export function createLogStream(stream: Readable, text: LogText): LogSource {
  let cameAtMs = performance.now();
  let hasNews = false;
  let newBytes = 0;
  let problem: string | undefined;
  stream.on("data", (bytes: Buffer) => {
    cameAtMs = performance.now();
    hasNews = true;
    newBytes += bytes.length;
    text.write(bytes);
  });
  stream.on("end", () => text.breakOff("same"));
  stream.on("error", (error) => {
    problem = `standard input cannot be read (${error.message})`;
  });
  return {
    take() {
      if (hasNews && performance.now() - cameAtMs >= SILENCE_MS) {
        hasNews = false;
        text.rest();
      }
      const came = newBytes;
      newBytes = 0;
      return came;
    },
    isThere: true,
    get problem() {
      return problem;
    },
    unreadBytes: () => 0,
    end() {
      stream.destroy();
      text.breakOff("same");
    },
  };
}
