import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type Baseline,
  BASELINE_BOUNDS,
  createBaseline,
} from "../../../../collector/detection/model/baseline.ts";
import { decodeBaseline } from "../../../../collector/detection/model/decode-baseline.ts";
import { encodeBaseline } from "../../../../collector/detection/model/encode-baseline.ts";
import { expect as expectAnomaly } from "../../../../collector/detection/model/expect.ts";
import { judge } from "../../../../collector/detection/model/judge.ts";
import { learn } from "../../../../collector/detection/model/learn.ts";
import { listDestinations } from "../../../../collector/detection/model/list-destinations.ts";
import { createRunProfile } from "../../../../collector/detection/model/run-profile.ts";
import type { GuardEvent } from "../../../../protocol/index.ts";
import { createEventsOfRun, type EventsOfRun } from "./support/events-of-run.ts";
import { fold, learnRuns, playBuild, profileOf } from "./support/learned.ts";

const known = learnRuns(playBuild, 20);
const atAddress = learnRuns((run) => run.connect(playBuild(run).npm, "203.0.113.9"), 20);
const elsewhere = (host: string) => (run: EventsOfRun) => run.connect(playBuild(run).npm, host);

const isDeed = ({ kind }: GuardEvent) =>
  kind === "connection" || kind === "dns-query" || kind === "file-written";
const playMuch = (run: EventsOfRun) => {
  const { npm, git } = playBuild(run);
  run.connect(npm, "x7.new.example", { bytesSent: 90_000_000 });
  run.connect(git, "gist.github.com", { bytesSent: 70_000_000 });
  run.start("/usr/bin/wget", { parent: npm });
  run.pass(7_200_000);
};
const hostile = (run: EventsOfRun, round = 0): void => {
  for (let index = 0; index < 2_500; index += 1) {
    const at = `${round}x${index}`;
    const process = run.start(`/tmp/${"p".repeat(200)}-${toLetters(index)}-${round}`, {
      step: { step: at },
    });
    run.connect(process, `${toLetters(index)}${round}.example`);
    run.ask(process, `${"n".repeat(60)}.${toLetters(index)}.example`);
    run.write(process, `/etc/${toLetters(index)}${round}`);
    run.find(`rule-${at}`, "low");
  }
};

/** What any job may do, in no sensible order. */
const hostArbitrary = fc.oneof(fc.domain(), fc.ipV4());
const deedArbitrary = fc.oneof(
  fc.record({ type: fc.constant("connect" as const), host: hostArbitrary, bytes: fc.nat(1e9) }),
  fc.record({ type: fc.constant("ask" as const), host: fc.domain(), bytes: fc.constant(0) }),
  fc.record({
    type: fc.constant("write" as const),
    host: fc.string({ maxLength: 30 }),
    bytes: fc.constant(0),
  }),
);
const programsArbitrary = fc.array(
  fc.constantFrom("/usr/bin/curl", "/tmp/x", "/usr/bin/node", "/usr/bin/bash", "/home/runner/.x/y"),
  { minLength: 1, maxLength: 8 },
);
const jobArbitrary = fc.record({
  programs: programsArbitrary,
  deeds: fc.array(fc.tuple(fc.nat(), deedArbitrary), { maxLength: 40 }),
});
type Job = typeof jobArbitrary extends fc.Arbitrary<infer Of> ? Of : never;

function playJob(run: EventsOfRun, { programs, deeds }: Job): void {
  const processes = programs.map((path) => run.start(path));
  for (const [which, { type, host, bytes }] of deeds) {
    const process = processes[which % processes.length] ?? null;
    if (type === "connect") run.connect(process, host, { bytesSent: bytes });
    else if (type === "ask") run.ask(process, host);
    else run.write(process, `/${host}`);
  }
}

test("what the guard's DNS gate answers is no destination of the job's, and all else at such an address is", () => {
  const baseline = learnRuns((run) => {
    const curl = run.start("/usr/bin/curl");
    for (const resolver of ["10.255.255.53", "168.63.129.16", "fd00::53"])
      run.connect(curl, resolver, { port: 53, rule: "resolver" });
    run.connect(curl, "10.255.255.53", { port: 443, rule: "resolver" });
    run.connect(curl, "10.254.0.53", { port: 53 });
    run.connect(curl, "203.0.113.53", { port: 53, rule: "resolver" });
  }, 1);

  expect(listDestinations(baseline).map(({ domain, port }) => `${domain} ${port}`)).toEqual([
    "10.255.0.0/16 443",
    "10.254.0.0/16 53",
    "203.0.113.0/24 53",
  ]);
});

describe("of whatever job", () => {
  test("what was learned is no anomaly", () => {
    fc.assert(
      fc.property(jobArbitrary, (job) => {
        const play = (run: EventsOfRun) => playJob(run, job);

        expect(judge(profileOf(play), learnRuns(play, 20))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test("a run is the same in whichever order its deeds came", () => {
    fc.assert(
      fc.property(jobArbitrary, fc.infiniteStream(fc.nat()), (job, order) => {
        const run = createEventsOfRun();
        playJob(run, job);
        const [head, deeds] = split(run.stop());
        const shuffled = deeds
          .map((event) => ({ event, at: order.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ event }) => event);
        const one = fold([...head, ...deeds]);
        const other = fold([...head, ...shuffled]);
        const baseline = learn(createBaseline(), one, 1);

        expect(learn(createBaseline(), other, 1)).toEqual({
          ...baseline,
          volumes: expect.anything(),
        });
        expect(new Set(other.features.keys())).toEqual(new Set(one.features.keys()));
      }),
      { numRuns: 50 },
    );
  });

  test("a baseline is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(jobArbitrary, { minLength: 1, maxLength: 4 }), (jobs) => {
        let baseline = createBaseline();
        for (const [index, job] of jobs.entries()) {
          baseline = learn(
            baseline,
            profileOf((run) => playJob(run, job)),
            index,
          );
        }

        expect(decodeBaseline(encodeBaseline(baseline))).toEqual({ status: "read", baseline });
      }),
      { numRuns: 50 },
    );
  });
});

function split(events: readonly GuardEvent[]): [GuardEvent[], GuardEvent[]] {
  return [events.filter((it) => !isDeed(it)), events.filter(isDeed)];
}

describe("habits", () => {
  test("what was learned in one run is known in the next", () => {
    const baseline = learnRuns(elsewhere("new.example"), 1, known);

    expect(judge(profileOf(elsewhere("new.example")), known)).not.toEqual([]);
    expect(judge(profileOf(elsewhere("new.example")), baseline)).toEqual([]);
  });

  test("what is not done any more is forgotten, and sooner where it was no habit", () => {
    const settings = { learningRuns: 5, fadeAfterRuns: 20 };
    const forget = (baseline: typeof known, runs: number) => {
      let next = baseline;
      for (let run = 0; run < runs; run += 1)
        next = learn(next, profileOf(playBuild), run, settings);
      return judge(profileOf(elsewhere("old.example")), next, { settings }).length > 0;
    };
    const once = learnRuns(elsewhere("old.example"), 1, known);
    const often = learnRuns(elsewhere("old.example"), 3, known);

    expect([forget(once, 10), forget(once, 11)]).toEqual([false, true]);
    expect([forget(often, 20), forget(often, 21)]).toEqual([false, true]);
  });

  test("a name that rotates is listed with its placeholder, and one that does not in full", () => {
    const baseline = learnRuns((run, index) => {
      const { npm } = playBuild(run);
      run.connect(npm, `mirror${index}.example.com`);
      run.connect(npm, "cdn7.example.net");
    }, 5);
    const hosts = new Map(listDestinations(baseline).map(({ domain, hosts: of }) => [domain, of]));

    expect(hosts.get("example.com")).toEqual(["mirror*.example.com"]);
    expect(hosts.get("example.net")).toEqual(["cdn7.example.net"]);
  });
});

describe("what is expected from now on", () => {
  test("is no anomaly any more, each of them", () => {
    const anomalies = judge(profileOf(playMuch), known);
    const baseline = anomalies.reduce((before, { evidence }) => {
      const cause: unknown = JSON.parse(JSON.stringify(evidence.cause));
      return expectAnomaly(before, cause, 99) ?? before;
    }, known);

    expect(new Set(anomalies.map(({ rule }) => rule)).size).toBe(4);
    expect(judge(profileOf(playMuch), baseline)).toEqual([]);
    expect(baseline).toMatchObject({ runs: 20, updatedAt: 99 });
    expect(decodeBaseline(encodeBaseline(baseline))).toEqual({ status: "read", baseline });
  });

  test("counts for no run that was not there, and is remembered for as long as a habit", () => {
    const cause = { features: [{ kind: "file", place: "/etc/app" }], volumes: [] };
    const expected = expectAnomaly(known, cause, 99) ?? known;
    const settings = { learningRuns: 20, fadeAfterRuns: 10 };
    const later = Array.from({ length: 9 }).reduce<Baseline>(
      (before) => learn(before, profileOf(playBuild), 0, settings),
      expected,
    );

    expect([...later.habits.values()]).toContainEqual({
      feature: { kind: "file", place: "/etc/app" },
      seen: 0,
      last: 20,
      isExpected: true,
    });
  });

  test("is nothing that has another shape", () => {
    expect(
      expectAnomaly(known, { features: [{ kind: "file", place: "\n" }], volumes: [] }, 1),
    ).toBeUndefined();
    expect(expectAnomaly(known, null, 1)).toBeUndefined();
  });
});

describe("bounds", () => {
  test("a run that does everything is folded within them, and says what it left out", () => {
    const profile = profileOf(hostile);

    expect(profile.features.size).toBeLessThanOrEqual(5 * 2_000);
    expect(profile.leftOut).toBeGreaterThan(500);
    expect(profile.isWhole).toBe(false);
  });

  test("a baseline stays within them, whatever was learned", () => {
    let baseline = known;
    for (let round = 0; round < 3; round += 1) {
      baseline = learn(
        baseline,
        profileOf((run) => hostile(run, round)),
        round,
      );
    }
    const encoded = encodeBaseline(baseline);

    expect(baseline.habits.size).toBeLessThanOrEqual(5 * BASELINE_BOUNDS.habits);
    expect(baseline.domains.size).toBeLessThanOrEqual(BASELINE_BOUNDS.domains);
    expect(baseline.steps.size).toBeLessThanOrEqual(BASELINE_BOUNDS.steps);
    expect(decodeBaseline(encoded).status).toBe("read");
    expect(encoded.length).toBeLessThan(4_194_304);
  });

  test("one of the version before is read", () => {
    const before = encodeBaseline(known).replace('"version":2', '"version":1');

    expect(decodeBaseline(before)).toEqual({ status: "read", baseline: known });
  });

  test.each([
    "",
    "{",
    "null",
    '{"version":2}',
    encodeBaseline(known).replace('"version":2', '"version":3'),
    JSON.stringify({ ...JSON.parse(encodeBaseline(known)), more: 1 }),
    encodeBaseline(known).replace('"runs":20', '"runs":-1'),
    encodeBaseline(known).replace("npmjs.org", String.raw`npm\u001bjs.org`),
    encodeBaseline(known).replace("node npm", "n".repeat(500)),
    encodeBaseline(atAddress).replace("203.0.113.9", "evil.example"),
  ])("what is no baseline is refused (%#)", (text) => {
    expect(decodeBaseline(text).status).toBe("refused");
  });
});

describe("a run that goes on", () => {
  test("tells what is new since it was asked last", () => {
    const run = createEventsOfRun();
    const profile = createRunProfile();
    const { npm } = playBuild(run);
    for (const event of run.events) profile.add(event);
    const before = run.events.length;
    const first = profile.takeNew();
    const { revision } = profile;

    run.connect(npm, "registry.npmjs.org");
    run.connect(npm, "evil.example");
    for (const event of run.events.slice(before)) profile.add(event);

    expect(first.length).toBeGreaterThan(3);
    expect(profile.takeNew()).toEqual([
      {
        kind: "destination",
        program: "node npm",
        domain: "evil.example",
        port: 443,
        transport: "tcp",
      },
      { kind: "name", domain: "evil.example", name: "evil.example" },
    ]);
    expect(profile.takeNew()).toEqual([]);
    expect(profile.revision).toBeGreaterThan(revision);
  });

  test("is whole when it began, ended and lost nothing", () => {
    const run = createEventsOfRun();
    playBuild(run);

    expect(fold(run.events).isWhole).toBe(false);
    expect(profileOf(playBuild).isWhole).toBe(true);
    expect(profileOf((it) => it.drop()).isWhole).toBe(false);
  });
});

function toLetters(index: number): string {
  return Array.from(index.toString(26))
    .map((digit) => String.fromCodePoint(97 + Number.parseInt(digit, 26)))
    .join("");
}
