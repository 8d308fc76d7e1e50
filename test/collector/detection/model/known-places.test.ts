import { describe, expect, test } from "vitest";

import { expect as expectAnomaly } from "../../../../collector/detection/model/expect.ts";
import { judge } from "../../../../collector/detection/model/judge.ts";
import { learn } from "../../../../collector/detection/model/learn.ts";
import type { EventsOfRun } from "./support/events-of-run.ts";
import { learnRuns, playBuild, profileOf } from "./support/learned.ts";

const MIB = 1_048_576;
const known = learnRuns(playBuild, 20);

const save = (bytesSent: number) => (run: EventsOfRun) => {
  const node = run.start("/usr/bin/node");
  run.connect(node, "productionresultssa3.blob.core.windows.net", { bytesSent });
};
const upload = (bytesSent: number) => (run: EventsOfRun) => {
  run.connect(playBuild(run).git, "github.com", { bytesSent });
};

/** How grave it is that this program goes there. */
function severityOf(executable: string, args: readonly string[], ...hosts: readonly string[]) {
  const anomalies = judge(
    profileOf((run) => {
      playBuild(run);
      const process = run.start(executable, { args: [executable, ...args] });
      for (const host of hosts) run.connect(process, host);
    }),
    known,
  );
  return anomalies.find(({ rule }) => rule === "new-destination")?.severity;
}

describe("a package manager whose cache lacked something for the first time", () => {
  test("is low at its own registry", () => {
    expect(severityOf("/usr/bin/go", ["mod"], "proxy.golang.org", "sum.golang.org")).toBe("low");
    expect(severityOf("/usr/bin/python3", ["-m", "pip"], "pypi.org")).toBe("low");
    expect(severityOf("/usr/bin/trivy", ["image"], "mirror.gcr.io", "ghcr.io")).toBe("low");
    expect(severityOf("/usr/bin/cosign", ["sign"], "rekor.sigstore.dev")).toBe("low");
  });

  test.each<[string, string, string[], string[]]>([
    ["another program there", "/usr/bin/curl", [], ["proxy.golang.org"]],
    ["a registry of somebody else's", "/usr/bin/go", ["mod"], ["proxy.example.org"]],
    ["a host beside the registry", "/usr/bin/go", ["mod"], ["proxy.golang.org", "evil.golang.org"]],
    ["a program by its name in a temporary directory", "/tmp/go", ["mod"], ["proxy.golang.org"]],
    ["a scanner at the registry of anybody", "/usr/bin/trivy", ["image"], ["ghcr.io", "quay.io"]],
    ["another program at the log of signatures", "/usr/bin/curl", [], ["rekor.sigstore.dev"]],
    ["a script that is no pip", "/usr/bin/python3", ["x.py"], ["pypi.org"]],
  ])("and %s is not", (_, executable, args, hosts) => {
    expect(severityOf(executable, args, ...hosts)).toBe("medium");
  });
});

describe("where github.com redirects to", () => {
  test("an installed program is low in a job that goes to github.com", () => {
    expect(severityOf("/usr/bin/meson", [], "release-assets.githubusercontent.com")).toBe("low");
  });

  test("one that lies about is not, and neither are the gists of anybody", () => {
    expect(severityOf("/tmp/meson", [], "release-assets.githubusercontent.com")).toBe("medium");
    expect(severityOf("/usr/bin/meson", [], "gist.githubusercontent.com")).toBe("medium");
  });

  test("a job that does not go to github.com is told as of any other place", () => {
    const offline = learnRuns((run) => {
      run.start("/usr/bin/make");
    }, 20);
    const profile = profileOf((run) => {
      run.connect(run.start("/usr/bin/make"), "raw.githubusercontent.com");
    });

    expect(judge(profile, offline)).toMatchObject([{ severity: "medium" }]);
  });
});

test("a cache that is saved at the CI system is low, however large it is", () => {
  expect(judge(profileOf(save(900 * MIB)), learnRuns(save(1_000), 20))).toMatchObject([
    { rule: "volume-outlier", severity: "low" },
  ]);
});

test("one more of many mirrors is no surprise, and a place of another program is", () => {
  const owners = "abcdefghijklmnop";
  const fetch = (run: EventsOfRun, index: number) => {
    playBuild(run);
    const wget = run.start("/usr/bin/wget");
    // Eight of them in turn, and another one in every tenth run.
    const owner =
      index % 10 === 0 ? `${owners[index / 10]}-college` : `${owners[index % 8]}-university`;
    run.connect(wget, `mirror.${owner}.example`);
  };
  const baseline = learnRuns(fetch, 60);
  const judged = (program: string) =>
    judge(
      profileOf((run) => {
        playBuild(run);
        run.connect(run.start(program), "mirror.z-university.example");
      }),
      baseline,
    );

  expect(judged("/usr/bin/wget")).toMatchObject([{ severity: "info" }]);
  expect(judged("/usr/bin/git")).toContainEqual(expect.objectContaining({ severity: "medium" }));
});

test("what was told of one place is not told of the whole run the next time", () => {
  const first = profileOf(upload(15 * MIB));
  const after = learn(known, first, 21);

  expect(judge(first, known)).toMatchObject([
    { severity: "low", evidence: { domain: "github.com" } },
  ]);
  expect(judge(profileOf(upload(25 * MIB)), after)).toEqual([]);
});

test("whoever expects what went to one place expects that the run sends as much", () => {
  const [anomaly] = judge(profileOf(upload(15 * MIB)), known);
  const baseline = expectAnomaly(known, anomaly?.evidence.cause, 1) ?? known;

  expect(judge(profileOf(upload(25 * MIB)), baseline)).toEqual([]);
});
