import { expect, test } from "vitest";

import { expect as expectAnomaly } from "../../../../collector/detection/model/expect.ts";
import { judge } from "../../../../collector/detection/model/judge.ts";
import type { EventsOfRun } from "./support/events-of-run.ts";
import { learnRuns, playBuild, profileOf } from "./support/learned.ts";

const MIB = 1_048_576;
const known = learnRuns(playBuild, 20);
const judgeRun = (play: (run: EventsOfRun) => void, baseline = known) =>
  judge(profileOf(play), baseline);

const fetchBy = (program: string, hosts: readonly string[]) =>
  judgeRun((run) => {
    playBuild(run);
    const process = run.start(program);
    for (const host of hosts) run.connect(process, host);
  })
    .filter(({ rule }) => rule === "new-destination")
    .map(({ severity }) => severity);

const wander = (run: EventsOfRun, host: string | undefined, bytesSent = 1_000) => {
  playBuild(run);
  const links = run.start("/usr/bin/linkchecker");
  if (host !== undefined) run.connect(links, host, { bytesSent });
};

const sendEach = (bytesSent: number) => (run: EventsOfRun) => {
  const { git } = playBuild(run);
  for (const letter of "abcdefghijkl") run.connect(git, `${letter}.example`, { bytesSent });
};

test.each([
  [["api.snapcraft.io"], ["low"]],
  [["API.snapcraft.io"], ["low"]],
  [
    ["deb.debian.org", "nodejs.org"],
    ["low", "low"],
  ],
  [["evil.snapcraft.io"], ["medium"]],
  [["api.snapcraft.io", "evil.snapcraft.io"], ["medium"]],
  [["api.snapcraft.io.evil.example"], ["medium"]],
])(
  "an installed program that is new at %j is %j: only distributors are low",
  (hosts, severities) => {
    expect(fetchBy("/usr/lib/snapd/snapd", hosts)).toEqual(severities);
  },
);

test("a program that nobody installed is medium at a distributor, too", () => {
  expect(fetchBy("/tmp/.x/snapd", ["api.snapcraft.io"])).toEqual(["medium"]);
});

test("much more to a place that is known is not told of the run as well", () => {
  expect(
    judgeRun((run) => run.connect(playBuild(run).git, "github.com", { bytesSent: 500 * MIB })),
  ).toMatchObject([{ message: "The run sent far more to github.com than this job ever did" }]);
});

test("far more that is sent to a new place is told once, and makes it high", () => {
  expect(
    judgeRun((run) => run.connect(playBuild(run).npm, "evil.example", { bytesSent: 100 * MIB })),
  ).toMatchObject([
    {
      rule: "new-destination",
      severity: "high",
      evidence: { because: ["more was sent there than this job ever sent anywhere"] },
    },
  ]);
});

test("much more to a new place is told, though the program is muted that goes to new places", () => {
  const wandering = learnRuns((run, index) => {
    wander(run, index % 3 === 0 ? `site-${"abcdefghijklmnop"[index / 3]}.example` : undefined);
  }, 30);

  expect(judgeRun((run) => wander(run, "unseen.example", 500 * MIB), wandering)).toMatchObject([
    { rule: "volume-outlier", severity: "medium" },
    { rule: "new-destination", severity: "info" },
  ]);
});

test("much more in small parts to many known places is told of the run", () => {
  expect(judgeRun(sendEach(3 * MIB), learnRuns(sendEach(1_000), 20))).toMatchObject([
    { rule: "volume-outlier", message: "The run sent far more than this job ever did" },
  ]);
});

test("what is expected of one place is expected of the run, too", () => {
  const profile = profileOf((run) =>
    run.connect(playBuild(run).git, "github.com", { bytesSent: 500 * MIB }),
  );
  const expected = expectAnomaly(known, judge(profile, known)[0]?.evidence.cause, 1);

  expect(expected === undefined ? undefined : judge(profile, expected)).toEqual([]);
});
