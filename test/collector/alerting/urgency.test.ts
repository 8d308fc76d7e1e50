/** Who is woken for what: docs/alerting.md, "Who is woken". */
import { expect, test } from "vitest";

import { isMoreUrgent, toUrgency } from "../../../collector/alerting/urgency.ts";

test.each<[string, string, string, "page" | "ticket"]>([
  ["reverse-shell", "critical", "report", "page"],
  ["guard-tamper", "critical", "report", "page"],
  ["new-destination", "low", "kill-process", "page"],
  ["new-destination", "low", "kill-job", "page"],
  ["secret-in-log", "high", "report", "page"],
  ["secret-in-log", "low", "report", "page"],
  ["guard-silent", "high", "report", "page"],
  ["response-failed", "high", "report", "page"],
  ["kill-limit", "high", "report", "page"],
  ["reverse-shell", "high", "report", "ticket"],
  ["new-destination", "medium", "report", "ticket"],
  ["new-destination", "low", "report", "ticket"],
  ["operator-kill", "high", "kill-job", "ticket"],
  ["operator-kill", "info", "kill-job", "ticket"],
  ["orphan-process", "info", "report", "ticket"],
])("%s of severity %s to which %s was the answer is a %s", (rule, severity, response, urgency) => {
  expect(toUrgency({ rule, severity, response })).toBe(urgency);
});

test("a page is more urgent than a ticket, and than nothing else", () => {
  expect(isMoreUrgent("page", "ticket")).toBe(true);
  expect(isMoreUrgent("ticket", "page")).toBe(false);
  expect(isMoreUrgent("page", "page")).toBe(false);
});
