import { describe, expect, test } from "vitest";

import { createEventStream } from "../../../agent/events/event-stream.ts";
import type { FlaggedThing } from "../../../agent/events/flagging.ts";
import {
  createSecretFindings,
  type FoundSecret,
  type SecretPlace,
} from "../../../agent/events/secret-findings.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";

const found: FoundSecret = {
  rule: "github-token",
  fingerprint: "0123456789abcdef",
  encodings: ["base64"],
  confidence: "certain",
  line: 12,
};
const output: SecretPlace = { kind: "printed", where: "output of the job" };
const args: SecretPlace = { kind: "told", where: "arguments of curl" };

function start(bounds = { maxPending: 100 }) {
  const events: GuardEvent[] = [];
  const flagged: FlaggedThing[] = [];
  const stream = createEventStream([(event) => events.push(guardEventSchema.parse(event))]);
  const secrets = createSecretFindings({ stream, flag: (thing) => flagged.push(thing) }, bounds);
  const told = () => events.filter(({ kind }) => kind === "secret-found");
  return { secrets, told, flagged };
}

test("a secret that is found again in the same place is told once, with a count and the first line", () => {
  const { secrets, told } = start();
  secrets.add(found, output, 1_000_000);
  secrets.add({ ...found, line: 90 }, output, 3_000_000);

  expect(told()).toEqual([]);
  secrets.flush();
  secrets.flush();

  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({
    rule: "github-token",
    fingerprint: "0123456789abcdef",
    where: "output of the job",
    encodings: ["base64"],
    line: 12,
    count: 2,
    firstSeen: "1970-01-01T00:00:01.000000Z",
    lastSeen: "1970-01-01T00:00:03.000000Z",
  });
});

describe("what makes two of them different", () => {
  test.each([
    { what: "the rule", other: { ...found, rule: "jwt" }, place: output },
    { what: "the secret", other: { ...found, fingerprint: "fedcba9876543210" }, place: output },
    { what: "the place", other: found, place: args },
    { what: "the step", other: found, place: { ...output, step: { step: "publish" } } },
  ])("$what", ({ other, place }) => {
    const { secrets, told } = start();
    secrets.add(found, output, 1);
    secrets.add(other, place, 1);
    secrets.flush();

    expect(told()).toHaveLength(2);
  });
});

test("a printed secret is flagged at once, which says where and what to do and not what it was", () => {
  const { secrets, flagged } = start();
  secrets.add({ ...found, source: "NPM_TOKEN" }, output, 1);

  expect(flagged).toEqual([
    expect.objectContaining({
      rule: "secret-in-log",
      process: null,
      times: 1,
      message:
        "output of the job, line 12: the value of NPM_TOKEN was printed, written as base64 (fingerprint 0123456789abcdef): revoke it, and keep it out of the log",
    }),
  ]);
});

test("a secret that is printed again and again is flagged as the same, with how often", () => {
  const { secrets, flagged } = start();
  for (const at of [1, 2, 3]) secrets.add({ ...found, line: at }, output, at);
  secrets.flush();

  expect(flagged.map(({ times }) => times)).toEqual([1, 2]);
  expect(new Set(flagged.map(({ subject }) => subject)).size).toBe(1);
});

test("a secret in arguments is told, and is no finding, and has no line", () => {
  const { secrets, told, flagged } = start();
  secrets.add(found, args, 1);
  secrets.flush();

  expect(flagged).toEqual([]);
  expect(told()).toHaveLength(1);
  expect(told()[0]).not.toHaveProperty("line");
});

test("a flood of secrets is told in time", () => {
  const { secrets, told, flagged } = start({ maxPending: 10 });
  for (let index = 0; index < 100; index += 1) {
    secrets.add({ ...found, fingerprint: String(index).padStart(16, "0") }, output, index);
  }

  expect(told()).toHaveLength(90);
  secrets.flush();
  expect(told()).toHaveLength(100);
  expect(flagged).toHaveLength(100);
});
