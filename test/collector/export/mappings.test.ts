import { describe, expect, test } from "vitest";
import { z } from "zod";

import { toEcs } from "../../../collector/export/ecs.ts";
import { toOcsf } from "../../../collector/export/ocsf.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";
import { SAMPLE_EVENTS } from "./sample-events.ts";

const RUN = {
  id: "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11",
  tenant: "acme",
  guardRunId: "guard",
  version: "0.1.0",
  ci: { provider: "github-actions", repository: "acme/app", job: "build" },
} as const;
const samples = SAMPLE_EVENTS.map((event) => [event.kind, event] as const);

test("there is a sample of each kind", () => {
  const kinds = guardEventSchema.options.map(({ shape }) => shape.kind.value);

  expect(samples.map(([kind]) => kind).toSorted()).toEqual(kinds.toSorted());
});

/** What ECS 8.17 allows where it allows a list (https://www.elastic.co/guide/en/ecs/8.17/ecs-category-field-values-reference.html). */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  configuration: ["access", "change", "creation", "deletion", "info"],
  file: ["access", "change", "creation", "deletion", "info"],
  host: ["access", "change", "end", "info", "start"],
  intrusion_detection: ["allowed", "denied", "info"],
  network: ["access", "allowed", "connection", "denied", "end", "info", "protocol", "start"],
  process: ["access", "change", "end", "info", "start"],
};
const aboutSchema = z.object({
  kind: z.enum(["event", "alert", "metric", "state"]),
  category: z.array(z.string()),
  type: z.array(z.string()),
});
const FIELDS = new Set([
  "@timestamp",
  "destination.address",
  "destination.bytes",
  "destination.domain",
  "destination.ip",
  "destination.port",
  "dns.answers.data",
  "dns.question.name",
  "dns.question.type",
  "dns.type",
  "ecs.version",
  "event.action",
  "event.category",
  "event.dataset",
  "event.end",
  "event.id",
  "event.kind",
  "event.module",
  "event.outcome",
  "event.reason",
  "event.sequence",
  "event.severity",
  "event.start",
  "event.type",
  "file.mode",
  "file.path",
  "message",
  "network.direction",
  "network.protocol",
  "network.transport",
  "network.type",
  "observer.product",
  "observer.type",
  "observer.vendor",
  "observer.version",
  "organization.id",
  "process.args",
  "process.args_count",
  "process.entity_id",
  "process.executable",
  "process.exit_code",
  "process.group.id",
  "process.parent.entity_id",
  "process.parent.pid",
  "process.pid",
  "process.user.id",
  "process.working_directory",
  "rule.id",
  "rule.name",
  "source.bytes",
  "threat.framework",
  "threat.technique.id",
]);

describe("in the words of ECS", () => {
  test.each(samples)("%s has fields that there are, and values that they may have", (_, event) => {
    const about = aboutSchema.parse(toEcs(event, RUN)["event"]);

    for (const category of about.category) {
      expect(TYPES[category]).toEqual(expect.arrayContaining(about.type));
    }
    const own = listFields(toEcs(event, RUN)).filter(
      (field) => !/^(?:labels|runner_guard)\./.test(field),
    );
    expect(own.filter((field) => !FIELDS.has(field))).toEqual([]);
  });

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
        threat: { technique: { id: ["T1059.004"] } },
        labels: { repository: "acme/app", run_id: RUN.id },
      },
    ],
    ["file-written", { event: { type: ["change"], action: "rename" }, file: { path: "/work/b" } }],
  ])("%s says what it is", (kind, expected) => {
    expect(toEcs(findSample(kind), RUN)).toMatchObject(expected);
  });
});

/** Attributes that OCSF 1.3.0 requires, by class (https://schema.ocsf.io/1.3.0/classes). */
const BASE = [
  "activity_id",
  "category_uid",
  "class_uid",
  "metadata",
  "severity_id",
  "time",
  "type_uid",
];
const REQUIRED: Readonly<Record<number, readonly string[]>> = {
  0: [],
  1001: ["actor", "device", "file"],
  1003: ["actor", "device", "kernel"],
  1004: ["actor", "device", "process"],
  1007: ["actor", "device", "process"],
  2004: ["finding_info"],
  4001: ["dst_endpoint"],
  4003: ["query", "dst_endpoint"],
  6002: ["app"],
};
const REQUIRED_OF_OBJECTS: Readonly<Record<string, readonly string[]>> = {
  app: ["vendor_name"],
  connection_info: ["direction_id"],
  device: ["type_id"],
  file: ["name", "type_id"],
  finding_info: ["title", "uid"],
  kernel: ["name", "type_id"],
  metadata: ["product", "version"],
  query: ["hostname"],
};

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
  ])("%s is of class %i, and has what that requires", (kind, classUid) => {
    const told = toOcsf(findSample(kind), RUN);

    expect(told).toMatchObject({
      class_uid: classUid,
      category_uid: Math.floor(classUid / 1_000),
      type_uid: classUid * 100 + Number(told["activity_id"]),
      metadata: { version: "1.3.0" },
      time: Date.parse("2026-01-31T12:00:00Z"),
    });
    expect(Object.keys(told)).toEqual(
      expect.arrayContaining([...BASE, ...(REQUIRED[classUid] ?? [])]),
    );
    for (const [name, members] of Object.entries(REQUIRED_OF_OBJECTS)) {
      if (!(name in told)) continue;
      expect(Object.keys(Object(told[name]))).toEqual(expect.arrayContaining([...members]));
    }
  });

  test("a finding keeps its gravity, its technique and its evidence", () => {
    expect(toOcsf(findSample("finding"), RUN)).toMatchObject({
      severity_id: 5,
      finding_info: { attacks: [{ technique: { uid: "T1059.004" } }] },
      evidences: [{ data: { port: 443 } }],
    });
  });
});

function findSample(kind: GuardEvent["kind"]): GuardEvent {
  const event = SAMPLE_EVENTS.find((one) => one.kind === kind);
  if (event === undefined) throw new Error(`no sample of ${kind}`);
  return event;
}

/** `a.b` for each value that is no object. */
function listFields(value: unknown, name = ""): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => listFields(item, name)))];
  if (typeof value !== "object" || value === null) return [name];
  return Object.entries(value).flatMap(([key, member]) =>
    listFields(member, name === "" ? key : `${name}.${key}`),
  );
}
