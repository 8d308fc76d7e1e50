import { describe, expect, test } from "vitest";

import { createBaseline } from "../../../../collector/detection/model/baseline.ts";
import { describeState } from "../../../../collector/detection/model/describe-state.ts";
import { judge } from "../../../../collector/detection/model/judge.ts";
import { learn } from "../../../../collector/detection/model/learn.ts";
import type { EventsOfRun } from "./support/events-of-run.ts";
import { fold, learnRuns, playBuild, profileOf } from "./support/learned.ts";

const MIB = 1_048_576;
const known = learnRuns(playBuild, 20);
const judgeRun = (play: (run: EventsOfRun) => void, baseline = known) =>
  judge(profileOf(play), baseline).map(({ rule, severity, message }) => ({
    rule,
    severity,
    message,
  }));

/** Another place in every sixth run. */
const playSlowly = (run: EventsOfRun, index: number) => {
  const { npm } = playBuild(run);
  run.connect(npm, `${String.fromCodePoint(97 + Math.floor(index / 6))}.example`);
};
const playRestlessly = (run: EventsOfRun, index: number) => {
  run.connect(playBuild(run).npm, `n${index}.example`);
  run.connect(run.start(`/usr/bin/tool-of-${"abcdefghijklmnopqrstuvwxyz"[index]}`), "github.com");
};
const crawl = (run: EventsOfRun, index: number) => {
  playBuild(run);
  const links = run.start("/usr/bin/linkchecker");
  if (index % 3 === 0) run.connect(links, `site-${"abcdefghijklmnop"[index / 3]}.example`);
};
const playOfSize = (bytes: number) => (run: EventsOfRun) => {
  run.connect(playBuild(run).npm, "registry.npmjs.org", { bytesSent: bytes });
};
/** As the guard tells of `run -- sh -c …`: it forks, and the fork executes the shell. */
const playGuarded = (run: EventsOfRun, ...tools: readonly string[]) => {
  const sh = run.start("", { executed: false, args: [] });
  run.start("/usr/bin/dash", { process: sh, args: ["sh", "-c", "git --version; …"] });
  for (const tool of ["/usr/bin/git", ...tools]) {
    const fork = run.start("/usr/bin/dash", { parent: sh, executed: false });
    run.start(tool, { process: fork, parent: sh });
  }
};
const playWatched = (run: EventsOfRun, ...tools: readonly string[]) => {
  const parent = run.start("/opt/agent/worker", { executed: false });
  for (const tool of ["/usr/bin/git", ...tools]) run.start(tool, { parent });
};
const alone = (run: EventsOfRun) => run.connect(playBuild(run).npm, "evil.example");
const by = (path: string) =>
  judge(
    profileOf((run) => {
      const { npm } = playBuild(run);
      run.write(npm, path);
      run.connect(run.start(path, { parent: npm }), "evil.example");
    }),
    known,
  )[0];

const raised = (more: (run: EventsOfRun) => void, baseline = known) =>
  judge(
    profileOf((run) => {
      alone(run);
      more(run);
    }),
    baseline,
  ).find(({ evidence }) => evidence.domain === "evil.example");

describe("states", () => {
  test("a job is learned in twenty runs, and nothing is judged before", () => {
    const early = learnRuns(playSlowly, 19);
    const evil = profileOf((run) => run.connect(run.start("/usr/bin/curl"), "evil.example"));

    expect(describeState(early).state).toBe("learning");
    expect(judge(evil, early)).toEqual([]);
    expect(describeState(learnRuns(playSlowly, 1, early)).state).toBe("stable");
  });

  test("a job that never changes is learned in half of them", () => {
    expect(describeState(learnRuns(playBuild, 10)).state).toBe("learning");
    expect(describeState(learnRuns(playBuild, 11)).state).toBe("stable");
  });

  test("a job that goes somewhere new in most runs is unstable, and says so instead of alerting", () => {
    const restless = learnRuns(playRestlessly, 24);

    expect(describeState(restless)).toMatchObject({ state: "unstable", runs: 24 });
    expect(
      judgeRun((run) => run.connect(playBuild(run).npm, "evil.example"), restless),
    ).toMatchObject([{ rule: "new-destination", severity: "info" }]);
  });

  test("one program that keeps going to new places is muted, and the others are judged", () => {
    const baseline = learnRuns(crawl, 30);
    const anomalies = judgeRun((run) => {
      const { git } = playBuild(run);
      run.connect(run.start("/usr/bin/linkchecker"), "unseen.example");
      run.connect(git, "evil.example");
    }, baseline);

    expect(describeState(baseline)).toMatchObject({
      state: "stable",
      reasons: ["linkchecker goes to new places every few runs, so that nobody is told of those."],
    });
    expect(anomalies).toMatchObject([
      { severity: "medium", message: "git went to evil.example, where this job never went" },
      { severity: "info", rule: "new-destination" },
    ]);
  });
});

describe("destinations", () => {
  test("a domain that the job never went to is told once, however many hosts it has", () => {
    const anomalies = judge(
      profileOf((run) => {
        const { npm } = playBuild(run);
        for (const host of ["a.evil.example", "b.evil.example", "c2.evil.example"]) {
          run.ask(npm, host);
          run.connect(npm, host);
        }
      }),
      known,
    );

    expect(anomalies).toMatchObject([
      {
        rule: "new-destination",
        severity: "medium",
        technique: "T1041",
        message: "node npm went to evil.example, where this job never went",
        evidence: {
          expected: "node npm goes to npmjs.org",
          overRuns: 20,
          state: "stable",
          program: "node npm",
          domain: "evil.example",
          step: "install",
          examples: ["a.evil.example", "b.evil.example", "c2.evil.example"],
        },
      },
    ]);
  });

  test("a name that is asked for alone is a destination as well", () => {
    const asked = profileOf((run) => run.ask(playBuild(run).npm, "c2VjcmV0.evil.example"));

    expect(judge(asked, known)).toMatchObject([
      {
        rule: "new-destination",
        severity: "medium",
        message: "node npm asked for evil.example, where this job never went",
        evidence: { seen: "node npm with c2VjcmV0.evil.example asked for alone" },
      },
    ]);
  });

  test("a name that was asked for before somebody went there is one finding, in other words", () => {
    const asked = profileOf((run) => run.ask(playBuild(run).npm, "evil.example"));
    const gone = profileOf((run) => {
      const { npm } = playBuild(run);
      run.ask(npm, "evil.example");
      run.connect(npm, "evil.example");
    });
    const went = judge(gone, known);

    expect(went).toMatchObject([
      {
        id: judge(asked, known)[0]?.id,
        message: "node npm went to evil.example, where this job never went",
        evidence: { seen: "node npm with 443/tcp of evil.example" },
      },
    ]);
  });

  test("many names that are asked for alone are nowhere that the run went", () => {
    const anomalies = judgeRun((run) => {
      const { npm } = playBuild(run);
      for (let number = 0; number < 100; number += 1) run.ask(npm, `evil${number}.example`);
    });

    expect(anomalies.map(({ message }) => message).join("\n")).not.toContain("went to");
    expect(anomalies).toContainEqual(
      expect.objectContaining({
        message: "The run asked for many more places where this job never went",
      }),
    );
  });

  test("a bare address is a destination", () => {
    expect(judgeRun((run) => run.connect(playBuild(run).npm, "198.51.100.7"))).toMatchObject([
      { message: "node npm went to 198.51.100.0/24, where this job never went" },
    ]);
  });

  test("packets that nobody was seen to send are told of, too", () => {
    expect(judgeRun((run) => run.connect(null, "evil.example"))).toMatchObject([
      { message: "a program that is not known went to evil.example, where this job never went" },
    ]);
  });

  test("another program at a place that the job knows is low, and one that lies about is not", () => {
    expect(
      judgeRun((run) => run.connect(run.start("/usr/bin/wget"), "github.com")).find(
        ({ rule }) => rule === "new-destination",
      ),
    ).toMatchObject({
      severity: "low",
      message: "wget went to github.com, where only other programs of this job go",
    });
    expect(
      judgeRun((run) => run.connect(run.start("/tmp/x/wget"), "github.com")).find(
        ({ rule }) => rule === "new-destination",
      ),
    ).toMatchObject({ severity: "medium" });
  });

  test("a program that lies about is told of, though somebody who is not known goes there as well", () => {
    const baseline = learnRuns((run) => {
      playBuild(run);
      run.connect(null, "github.com");
    }, 20);

    expect(
      judgeRun((run) => run.connect(run.start("/tmp/x/wget"), "github.com"), baseline),
    ).toContainEqual(expect.objectContaining({ rule: "new-destination", severity: "medium" }));
  });

  test("another port of a block of addresses is low, and one of a name is nothing", () => {
    const baseline = learnRuns((run) => {
      run.connect(playBuild(run).git, "10.1.2.3");
    }, 20);

    expect(
      judgeRun((run) => {
        const { git } = playBuild(run);
        run.connect(git, "10.1.9.9", { port: 22 });
        run.connect(git, "github.com", { port: 22 });
      }, baseline),
    ).toEqual([
      {
        rule: "new-destination",
        severity: "low",
        message: "git went to 10.1.0.0/16 in a way that this job never did",
      },
    ]);
  });

  test("another host of a known owner is low", () => {
    expect(judgeRun((run) => run.connect(playBuild(run).git, "gist.github.com"))).toEqual([
      {
        rule: "new-destination",
        severity: "low",
        message: "The run used gist.github.com, which this job never used below github.com",
      },
    ]);
  });

  test("loopback, and what listens nearby, is nowhere", () => {
    expect(
      judgeRun((run) => {
        const { npm } = playBuild(run);
        for (const host of ["127.0.0.1", "::1", "224.0.0.251", "localhost"]) run.connect(npm, host);
      }),
    ).toEqual([]);
  });

  test("hundreds of new places are ten findings and one that stands for the rest", () => {
    const anomalies = judge(
      profileOf((run) => {
        const { npm } = playBuild(run);
        for (let index = 0; index < 500; index += 1) run.connect(npm, `evil-${index}.example`);
      }),
      known,
    );

    expect(anomalies.filter(({ rule }) => rule === "new-destination")).toHaveLength(11);
    expect(JSON.stringify(anomalies).length).toBeLessThan(60_000);
  });
});

describe("processes", () => {
  test("a new dependency with all that it starts is one", () => {
    const anomalies = judge(
      profileOf((run) => {
        const { npm } = playBuild(run);
        const shell = run.start("/usr/bin/sh", {
          parent: npm,
          args: ["sh", "-c", "node-gyp rebuild"],
        });
        const gyp = run.start("/usr/bin/node", {
          parent: shell,
          args: ["node", `node_modules/node-gyp/bin/node-gyp.js`],
        });
        const make = run.start("/usr/bin/make", { parent: gyp });
        for (const tool of ["g++-12", "cc1plus", "as", "ld", "ar"])
          run.start(`/usr/bin/${tool}`, { parent: make });
      }),
      known,
    );

    expect(anomalies).toMatchObject([
      {
        rule: "new-process",
        severity: "low",
        technique: "T1059",
        message: "node npm started node node-gyp, which it never did in this job",
        evidence: { step: "install", expected: "node npm starts nothing" },
      },
    ]);
  });

  test("what the shell of a guarded command starts is found, though the guard forked before it executed anything", () => {
    const baseline = learnRuns((run) => playGuarded(run), 20);

    expect(judgeRun((run) => playGuarded(run), baseline)).toEqual([]);
    expect(judgeRun((run) => playGuarded(run, "/tmp/minerx"), baseline)).toEqual([
      {
        rule: "new-process",
        severity: "low",
        message: "the job itself started temporary/minerx, which it never did in this job",
      },
    ]);
  });

  test("what is new is found below a process that was there before the guard", () => {
    const baseline = learnRuns((run) => playWatched(run), 20);

    expect(judgeRun((run) => playWatched(run, "/usr/bin/ssh"), baseline)).toMatchObject([
      { rule: "new-process", message: "worker started ssh, which it never did in this job" },
    ]);
  });

  test("forks of a program that is known are no news", () => {
    expect(
      judgeRun((run) => {
        const { npm } = playBuild(run);
        run.start("/usr/bin/node", { parent: npm, executed: false });
      }),
    ).toEqual([]);
  });
});

describe("volumes", () => {
  test("much more to a place that is known is told by the place", () => {
    expect(
      judgeRun((run) => run.connect(playBuild(run).git, "github.com", { bytesSent: 20 * MIB })),
    ).toEqual([
      {
        rule: "volume-outlier",
        severity: "medium",
        message: "The run sent far more to github.com than this job ever did",
      },
    ]);
  });

  test("names by the dozen below a known domain are a tunnel", () => {
    expect(
      judgeRun((run) => {
        const { npm } = playBuild(run);
        for (let index = 0; index < 60; index += 1)
          run.ask(npm, `${(index * 7_919_999).toString(16)}ab.registry.npmjs.org`);
      }),
    ).toContainEqual({
      rule: "volume-outlier",
      severity: "medium",
      message: "The run asked for far more names below npmjs.org than this job ever did",
    });
  });

  test("a miss of the cache that was seen once is none the next time", () => {
    const baseline = learnRuns(playOfSize(1_000), 19, learnRuns(playOfSize(40 * MIB), 1));

    expect(judgeRun(playOfSize(50 * MIB), baseline)).toEqual([]);
    expect(judgeRun(playOfSize(400 * MIB), baseline)).not.toEqual([]);
  });

  test("a run that goes on is too long before it ends", () => {
    const run = { events: [] as EventsOfRun["events"], now: 0 };
    profileOf((it) => {
      playBuild(it);
      run.events = [...it.events];
      run.now = it.now;
    });

    expect(judge(fold(run.events), known, { now: run.now + 60_000 })).toEqual([]);
    expect(judge(fold(run.events), known, { now: run.now + 3_600_000 })).toMatchObject([
      { rule: "duration-outlier", severity: "low", technique: null },
    ]);
  });

  test("whoever sends a little more each time stays far from what he would have to send", () => {
    let baseline = known;
    let bytes = 100_000;
    for (let run = 0; run < 20; run += 1) {
      const profile = profileOf((it) => {
        it.connect(playBuild(it).git, "github.com", { bytesSent: bytes });
      });
      if (judge(profile, baseline).length > 0) break;
      baseline = learn(baseline, profile, run);
      bytes *= 1.5;
    }

    // He strives for 300 MiB, and what is learned of him meanwhile rises to 40 KiB.
    expect(bytes).toBeLessThan(8 * MIB);
  });
});

describe("together with something else", () => {
  test("it is medium by itself", () => {
    expect(raised(() => {})).toMatchObject({ severity: "medium" });
    expect(raised(() => {})?.evidence).not.toHaveProperty("because");
  });

  test("a finding of the guard's of weight makes it high", () => {
    expect(raised((run) => run.find("reverse-shell", "medium"))).toMatchObject({
      severity: "high",
      evidence: { because: ["the guard found reverse-shell in the same run"] },
    });
    expect(raised((run) => run.find("odd", "low"))?.severity).toBe("medium");
  });

  test("what the guard found of the program itself is named once, and before what it found of others", () => {
    const profile = profileOf((run) => {
      const { npm } = playBuild(run);
      run.connect(npm, "evil.example");
      run.find("address-literal-destination", "medium", npm);
      run.find("egress", "medium");
    });

    expect(judge(profile, known)[0]?.evidence["because"]).toEqual([
      "the guard found address-literal-destination of this program",
      "the guard found egress in the same run",
    ]);
  });

  test("one that was settled does not, and neither does one that the job always has", () => {
    const profile = profileOf((run) => {
      alone(run);
      run.find("egress", "medium");
    });
    const used = learnRuns((run) => {
      playBuild(run);
      run.find("egress", "medium");
    }, 20);

    expect(judge(profile, known, { isOpen: () => false })[0]?.severity).toBe("medium");
    expect(judge(profile, used)[0]?.severity).toBe("medium");
    expect(judge(profile, known)[0]?.severity).toBe("high");
  });

  test("a secret that was found makes it high", () => {
    expect(raised((run) => run.leak("github-token"))?.severity).toBe("high");
  });

  test("a second anomaly by another rule makes both high", () => {
    const anomalies = judge(
      profileOf((run) => {
        const { npm, git } = playBuild(run);
        run.connect(npm, "evil.example");
        run.connect(git, "github.com", { bytesSent: 100 * MIB });
      }),
      known,
    );

    expect(anomalies.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["new-destination", "high"],
      ["volume-outlier", "high"],
    ]);
  });

  test("a program that the run itself dropped makes it high, and one that it built does not", () => {
    expect(by("/tmp/.x/kworker")).toMatchObject({
      severity: "high",
      evidence: { because: ["the run itself put temporary/kworker there"] },
    });
    expect(by("/home/runner/work/app/app/target/debug/deps/it-0123456789abcdef")?.severity).toBe(
      "medium",
    );
  });

  test("what is low stays below high, whatever else there is", () => {
    const anomalies = judge(
      profileOf((run) => {
        const tool = run.start("/usr/bin/wget");
        run.find("reverse-shell", "critical", tool);
      }),
      known,
    );

    expect(anomalies).toMatchObject([{ rule: "new-process", severity: "medium" }]);
  });

  test("nothing is ever critical", () => {
    const anomalies = judge(
      profileOf((run) => {
        const tool = run.start("/tmp/x");
        run.find("reverse-shell", "critical", tool);
        run.leak("aws");
        run.connect(tool, "evil.example", { bytesSent: 900 * MIB });
      }),
      known,
    );

    expect(new Set(anomalies.map(({ severity }) => severity))).toEqual(new Set(["high", "medium"]));
  });
});

test("a baseline of nothing judges nothing", () => {
  expect(judge(profileOf(playBuild), createBaseline())).toEqual([]);
});
