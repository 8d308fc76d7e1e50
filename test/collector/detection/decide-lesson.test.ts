import { describe, expect, test } from "vitest";

import { decideLesson } from "../../../collector/detection/decide-lesson.ts";
import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import type { PupilRun } from "../../../collector/stores/baseline-store.ts";
import type { RunIdentity } from "../../../protocol/index.ts";

const { learn } = USUAL_DETECTION;
const RUN: PupilRun = {
  id: "run",
  tenant: "default",
  ci: { provider: "github-actions", repository: "acme/app", ref: "refs/heads/main" },
  identity: null,
  state: "over",
  lesson: null,
  acknowledged: 10,
  lastSeenAt: 0,
  startedAt: 0,
  endedAt: 0,
  lost: 0,
  isDegraded: false,
  isCut: false,
  isContained: false,
};

test("a whole run of a branch that is known teaches", () => {
  expect(decideLesson(RUN, learn)).toBe("learned");
});

describe("no run teaches", () => {
  test.each<[string, Partial<PupilRun>, string]>([
    ["of another branch", withRef("refs/heads/feature"), "ref"],
    ["of a pull request", withRef("refs/pull/7/merge"), "ref"],
    ["of a branch that has the name of another", withRef("refs/heads/x/refs/heads/main"), "ref"],
    ["of which no ref is known", { ci: { provider: "github-actions" } }, "ref"],
    ["of which nothing is known", { ci: null }, "ref"],
    ["whose guard let events go", { lost: 1 }, "incomplete"],
    ["whose beginning was too old", { isCut: true }, "incomplete"],
    ["that somebody wanted ended", { isContained: true }, "contained"],
    ["whose guard lacks a sensor", { isDegraded: true }, "incomplete"],
    ["that says another ref than what is proven", { identity: proven({}, ["ref"]) }, "identity"],
    [
      "of whoever opens a pull request, under the name of the branch that it is for",
      { identity: proven({ event: "pull_request_target" }) },
      "event",
    ],
    [
      "of a fork's merge request in GitLab, whatever its branch is called",
      {
        ci: { provider: "gitlab-ci", workflow: "merge_request_event", ref: "refs/heads/main" },
      },
      "event",
    ],
    [
      "whose ref its agent says alone, where somebody vouches for the rest",
      { ci: { provider: "github-actions" }, identity: proven({ event: "push" }) },
      "ref",
    ],
  ])("%s", (_, change, lesson) => {
    expect(decideLesson({ ...RUN, ...change }, learn)).toBe(lesson);
  });
});

test("a run of a ref that GitHub protects teaches, whatever the ref is called", () => {
  const run = { ...RUN, ...withRef("refs/heads/9.x") };
  const [isProtected, isNot] = ["true", "false"].map((refProtected) => ({
    ...run,
    identity: proven({ event: "push", refProtected }),
  }));

  expect(isProtected && decideLesson(isProtected, learn)).toBe("learned");
  expect(isProtected && decideLesson(isProtected, { ...learn, protectedRefs: false })).toBe("ref");
  expect(isNot && decideLesson(isNot, learn)).toBe("ref");
});

test("that somebody else began it contradicts nothing that counts", () => {
  expect(decideLesson({ ...RUN, identity: proven({ event: "push" }, ["actor"]) }, learn)).toBe(
    "learned",
  );
});

test("what began a run may have to be known", () => {
  expect(decideLesson(RUN, { ...learn, unknownEvents: false })).toBe("event");
});

function withRef(ref: string): Pick<PupilRun, "ci"> {
  return { ci: { provider: "github-actions", repository: "acme/app", ref } };
}

function proven(facts: Readonly<Record<string, string>>, contradicts: string[] = []): RunIdentity {
  return {
    kind: "github-oidc",
    issuer: "https://issuer.example",
    state: "known",
    facts,
    said: null,
    contradicts,
  };
}
