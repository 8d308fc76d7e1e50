import { expect, test } from "vitest";

import { createServerAnswerReader } from "../../../../agent/egress/sni/server-answer.ts";
import { message, records } from "./hello-bytes.ts";

/** RFC 8446 §4.1.3. */
const RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
const retry = message(2, [Buffer.from([3, 3]), Buffer.from(RETRY, "hex"), Buffer.alloc(20)]);
const accepts = message(2, [Buffer.from([3, 3]), Buffer.alloc(52, 4)]);
const warning = records(Buffer.from([1, 112]), 2, 21);

test.each([
  { what: "a HelloRetryRequest", bytes: records(retry), answer: "retry" },
  { what: "one in small records", bytes: records(retry, 5), answer: "retry" },
  {
    what: "one behind a warning",
    bytes: Buffer.concat([warning, records(retry)]),
    answer: "retry",
  },
  { what: "a ServerHello", bytes: records(accepts), answer: "other" },
  { what: "what is no TLS", bytes: Buffer.from("HTTP/1.1 400"), answer: "other" },
  { what: "a beginning", bytes: records(retry).subarray(0, 30), answer: "more" },
])("$what is $answer", ({ bytes, answer }) => {
  expect(createServerAnswerReader().push(bytes)).toBe(answer);

  const reader = createServerAnswerReader();
  const answers = Array.from(bytes, (byte) => reader.push(Uint8Array.of(byte)));
  expect(answers.find((it) => it !== "more") ?? "more").toBe(answer);
});
