import { expect, test } from "vitest";

import { findFirstTime } from "../../../collector/ingest/first-time.ts";
import { heartbeat } from "../support/guard-client.ts";

test.each<[string, string, string | undefined]>([
  ["as guards write it", `${heartbeat(1)}\n${heartbeat(2)}\n`, "2026-01-31T12:00:00.000001Z"],
  ["of a later line", `no event\n${heartbeat(2)}\n`, undefined],
  ["behind a megabyte", `{"a":"${"x".repeat(1_000_000)}",${heartbeat(1).slice(1)}\n`, undefined],
  ["of another form", '{"observedAt":"yesterday"}\n', undefined],
])("the time %s", (_, text, time) => {
  expect(findFirstTime(Buffer.from(text))).toBe(time);
});
