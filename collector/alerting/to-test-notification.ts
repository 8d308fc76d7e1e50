/** What a sink is told where somebody wants to know whether it is heard there: named so that nobody takes it for the real thing. */
import { randomUUID } from "node:crypto";

import type { Notification, Urgency } from "./notification.ts";

export interface TestNotificationOptions {
  readonly publicUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly urgency: Urgency;
}

export function toTestNotification(
  action: "trigger" | "resolve",
  { publicUrl, now, urgency }: TestNotificationOptions,
  incidentId = `test-${randomUUID()}`,
): Notification {
  const at = new Date(now).toISOString();
  return {
    deliveryId: randomUUID(),
    action,
    at: now,
    incident: {
      id: incidentId,
      tenant: "test",
      urgency,
      severity: "info",
      rule: "alert-test",
      technique: null,
      message: "This is a test of Runner Guard's alerts: nothing has happened.",
      evidence: { test: true },
      job: { repository: "example/test", workflow: "test", job: "test" },
      firstRunId: "test",
      lastRunId: "test",
      runs: 1,
      findings: 1,
      occurrences: 1,
      firstSeen: at,
      lastSeen: at,
      responses: [],
      acknowledged: null,
      resolution: action === "resolve" ? "findings" : null,
      resolvedBy: null,
      links: { incident: publicUrl, run: publicUrl, runbook: publicUrl, job: null, earlier: null },
    },
  };
}
