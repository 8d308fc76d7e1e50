/** What somebody is told who has to mend it: that what answers is no collector, or does not know the guard. */
import { expect, test } from "vitest";

import { createCollectorSession } from "../../../agent/stream/collector-session.ts";
import type { Reply } from "../../../agent/stream/transport/transport.ts";
import { toTestRequest } from "./support/open-test-stream.ts";

function toProblem(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } });
}

test.each<[string, number, string, string | undefined, RegExp]>([
  ["a page", 200, "<!doctype html><html></html>", undefined, /is a web page: is the address right/],
  ["a page that says no", 403, "<html>", undefined, /\(status 403\) is a web page/],
  [
    "text of its own",
    404,
    "nothing here",
    undefined,
    /\(status 404\) is no collector: is the addr/,
  ],
  ["JSON of its own", 200, '{"hello":1}', undefined, /another version/],
  [
    "a way to elsewhere",
    301,
    "",
    "https://other.test/",
    /elsewhere.*perhaps https:\/\/other\.test\//,
  ],
  ["no", 401, toProblem("unauthorized", "who?"), undefined, /says: who\?; is the token/],
])("whoever answers %s has to be mended: %i", async (_, code, body, location, reason) => {
  const reply: Reply = { status: "answered", code, body, retryAfterMs: undefined, location };
  const session = createCollectorSession({
    send: async () => reply,
    [Symbol.dispose]: () => undefined,
  });

  expect(await session.start(toTestRequest(), AbortSignal.timeout(1_000))).toEqual({
    status: "unauthorized",
    reason: expect.stringMatching(reason),
  });
});

test("of what a collector says against it no more is told than somebody reads", async () => {
  const session = createCollectorSession({
    send: async () => ({
      status: "answered",
      code: 401,
      body: toProblem("unauthorized", "x".repeat(100_000)),
      retryAfterMs: undefined,
      location: undefined,
    }),
    [Symbol.dispose]: () => undefined,
  });
  const refusal = await session.start(toTestRequest(), AbortSignal.timeout(1_000));

  expect(refusal).toMatchObject({
    reason: expect.stringMatching(/^it says: x{500}; is the token/),
  });
});
