/** Of an incident as they come, and of one whose every text somebody has chosen to do harm. */
import type {
  Notification,
  NotificationAction,
  NotifiedAnswerable,
  NotifiedIncident,
} from "../../../../../collector/alerting/notification.ts";

const AT = Date.parse("2026-03-01T12:00:30.000Z");

export const SAMPLE_INCIDENT: NotifiedIncident = {
  id: "7c2d9a41-5a35-4a55-9f0e-2b1f6c1d9e10",
  tenant: "acme",
  urgency: "page",
  severity: "critical",
  rule: "runner-memory-read",
  technique: "T1003.007",
  message: "python3 reads the memory of Runner.Worker by /proc/PID/mem",
  evidence: {
    executable: "/usr/bin/python3",
    target: "Runner.Worker",
    lineage: ["bash", "python3"],
  },
  job: {
    provider: "github",
    repository: "acme/app",
    workflow: ".github/workflows/release.yml",
    job: "publish",
    ref: "refs/heads/main",
    sha: "0f3c5d1e9b7a86421357acef0864bd1290f7ce35",
    actor: "dependabot[bot]",
    runId: "9123456789",
  },
  firstRunId: "b2f5a0de-1c53-4d79-8a3a-1f2e3d4c5b6a",
  lastRunId: "b2f5a0de-1c53-4d79-8a3a-1f2e3d4c5b6a",
  runs: 1,
  findings: 1,
  occurrences: 3,
  firstSeen: "2026-03-01T12:00:00.000000Z",
  lastSeen: "2026-03-01T12:00:29.000000Z",
  responses: ["the agent killed the process"],
  acknowledged: null,
  resolution: null,
  resolvedBy: null,
  links: {
    incident: "https://guard.acme.example/v1/incidents/7c2d9a41-5a35-4a55-9f0e-2b1f6c1d9e10",
    run: "https://guard.acme.example/v1/runs/b2f5a0de-1c53-4d79-8a3a-1f2e3d4c5b6a",
    runbook: "https://guard.acme.example/runbooks/runner-memory-read",
    job: "https://github.com/acme/app/actions/runs/9123456789",
    earlier: null,
  },
};

export const SAMPLE: Notification = {
  deliveryId: "d-000000000001",
  action: "trigger",
  incident: SAMPLE_INCIDENT,
  at: AT,
};

const ACKNOWLEDGED: NotifiedAnswerable = {
  by: "responder",
  token: "3f9c1a7e5b20",
  owner: "anna",
  reason: "looks at the runner",
  at: "2026-03-01T12:10:00.000Z",
};
const RESOLVED = { ...ACKNOWLEDGED, reason: "a test of ours", at: "2026-03-01T12:20:00.000Z" };

/** The sample as it is by then. */
export function sampleOf(action: NotificationAction): Notification {
  const isOver = action === "resolve";
  const isSeen = isOver || action === "acknowledge";
  return {
    ...SAMPLE,
    action,
    incident: {
      ...SAMPLE_INCIDENT,
      acknowledged: isSeen ? ACKNOWLEDGED : null,
      resolution: isOver ? "operator" : null,
      resolvedBy: isOver ? RESOLVED : null,
    },
  };
}

/** Ends lines and headers, turns text around, draws, obeys a terminal, is markup, a mention, half a letter, or a megabyte. */
export const HOSTILE =
  'a\r\nBcc: evil@example.org\r\n\r\n<script>alert(1)</script> <!channel> [x](https://evil.example) \u202egnp\u202c \u001b[31m \u2028 \ud800 \u0000 "]\\ ${{ secrets.X }} ::set-output::';

export const HOSTILE_INCIDENT: NotifiedIncident = {
  ...SAMPLE_INCIDENT,
  rule: HOSTILE,
  technique: HOSTILE,
  message: `${HOSTILE}${"x".repeat(1_000_000)}`,
  evidence: Object.fromEntries([
    [HOSTILE, HOSTILE],
    ["deep", { list: [HOSTILE, "y".repeat(1_000_000)] }],
    ...Array.from({ length: 200 }, (_, index) => [`member ${index}`, index] as const),
  ]),
  job: {
    provider: HOSTILE,
    repository: HOSTILE,
    workflow: HOSTILE,
    job: HOSTILE,
    ref: HOSTILE,
    sha: HOSTILE,
    actor: HOSTILE,
    runId: HOSTILE,
  },
  firstSeen: HOSTILE,
  lastSeen: HOSTILE,
  acknowledged: { ...ACKNOWLEDGED, owner: HOSTILE, reason: `${HOSTILE}${"z".repeat(100_000)}` },
  resolution: "operator",
  resolvedBy: { ...RESOLVED, owner: HOSTILE, reason: HOSTILE },
};

/** What no text that is shown to anybody may hold: what is not seen, or is obeyed. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
