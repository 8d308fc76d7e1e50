import { describe, expect, test } from "vitest";

import { toEcs } from "../../../collector/export/ecs.ts";
import { toOcsf } from "../../../collector/export/ocsf.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";
import { listEcsFaults } from "./ecs-faults.ts";
import { listOcsfFaults } from "./ocsf-faults.ts";
import { ALL_SAMPLES, SAMPLE_EVENTS, SAMPLE_RUN } from "./sample-events.ts";

const samples = ALL_SAMPLES.map((event, index) => [event.kind, index, event] as const);

test("there is a sample of each kind", () => {
  const kinds = guardEventSchema.options.map(({ shape }) => shape.kind.value);

  expect(SAMPLE_EVENTS.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
});

describe("in the words of ECS", () => {
  test.each(samples)(
    "%s (%i) has fields that there are, with what they may hold",
    (_, __, event) => {
      expect(listEcsFaults(toEcs(event, SAMPLE_RUN))).toEqual([]);
    },
  );

  test.each<[GuardEvent["kind"], object]>([
    [
      "connection",
      {
        event: { type: ["connection", "denied"], outcome: "failure" },
        process: { entity_id: "948-5f2", pid: 948 },
        destination: { ip: "192.0.2.7", port: 443, domain: "a.example" },
      },
    ],
    [
      "finding",
      {
        event: { kind: "alert", severity: 99 },
        rule: { id: "reverse-shell" },
        threat: { technique: { id: ["T1059"], subtechnique: { id: ["T1059.004"] } } },
        labels: { repository: "acme/app", run_id: SAMPLE_RUN.id },
      },
    ],
    ["file-written", { event: { type: ["change"], action: "rename" }, file: { path: "/work/b" } }],
  ])("%s says what it is", (kind, expected) => {
    expect(toEcs(findSample(kind), SAMPLE_RUN)).toMatchObject(expected);
  });
});

describe("as a class of OCSF", () => {
  test.each<[GuardEvent["kind"], number]>([
    ["guard-started", 6_002],
    ["guard-stopped", 6_002],
    ["heartbeat", 0],
    ["events-dropped", 0],
    ["process-started", 1_007],
    ["process-exited", 1_007],
    ["connection", 4_001],
    ["dns-query", 4_003],
    ["file-written", 1_001],
    ["file-read", 1_001],
    ["memory-access", 1_004],
    ["privileged-operation", 1_003],
    ["finding", 2_004],
    ["secret-found", 2_004],
    ["resource-sample", 0],
    ["posture", 0],
  ])("%s is of class %i", (kind, classUid) => {
    const told = toOcsf(findSample(kind), SAMPLE_RUN);

    expect(told).toMatchObject({ class_uid: classUid, time: Date.parse("2026-01-31T12:00:00Z") });
  });

  test.each(samples)("%s (%i) has what that requires, and nothing else", (_, __, event) => {
    expect(listOcsfFaults(toOcsf(event, SAMPLE_RUN))).toEqual([]);
  });

  test("a finding keeps its gravity, its technique and its evidence", () => {
    expect(toOcsf(findSample("finding"), SAMPLE_RUN)).toMatchObject({
      severity_id: 5,
      finding_info: {
        attacks: [{ technique: { uid: "T1059" }, sub_technique: { uid: "T1059.004" } }],
      },
      evidences: [{ data: { port: 443 } }],
    });
  });
});

function findSample(kind: GuardEvent["kind"]): GuardEvent {
  const event = SAMPLE_EVENTS.find((one) => one.kind === kind);
  if (event === undefined) throw new Error(`no sample of ${kind}`);
  return event;
}
