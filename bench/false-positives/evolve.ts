/** What happens to an honest pipeline between its runs. */
import type { Random } from "../redact/random.ts";
import type { Act, ChangeKind, ProgramAct, RecordedAct, Step, TalkAct } from "./act.ts";
import { happens, pickFrom, spread } from "./chance.ts";
import { BINARY_HOSTS, SERVICES } from "./hosts.ts";
import { type Pipeline, toLeg } from "./pipeline.ts";
import type { Rates } from "./rates.ts";
import { program, toRunStep } from "./runner-steps.ts";

type Change = (pipeline: Pipeline, rates: Rates, random: Random) => Pipeline;

/** How likely each is before one run of it. */
function toChances(
  { weekly, perRun }: Rates,
  runsPerWeek: number,
): readonly (readonly [Change, number])[] {
  // The last one of a run is what its alerts are put down to: what changes more comes later.
  return [
    [releasePackage, perRun.packageRelease],
    [addDependency, perRun.newDependency],
    [updateImage, weekly.imageUpdate / runsPerWeek],
    [addMatrixLeg, weekly.matrixLeg / runsPerWeek],
    [updateToolchain, weekly.toolchainUpdate / runsPerWeek],
    [changeDistribution, weekly.imageGeneration / runsPerWeek],
    [editWorkflow, weekly.workflowEdit / runsPerWeek],
    [refactorBuild, weekly.buildRefactor / runsPerWeek],
  ];
}

export function evolve(pipeline: Pipeline, rates: Rates, random: Random): Pipeline {
  let next = pipeline;
  for (const [change, chance] of toChances(rates, pipeline.runsPerWeek)) {
    if (happens(random, chance)) next = change(next, rates, random);
  }
  return next;
}

/** One change of those that somebody makes on purpose, each as often as it is. */
export function tryChange(pipeline: Pipeline, rates: Rates, random: Random): Pipeline {
  const byHand = new Set<Change>([
    editWorkflow,
    updateToolchain,
    refactorBuild,
    addMatrixLeg,
    addDependency,
  ]);
  const chances = toChances(rates, pipeline.runsPerWeek).filter(([change]) => byHand.has(change));
  const all = chances.reduce((sum, [, chance]) => sum + chance, 0);
  let left = (random.below(1_000_000) / 1_000_000) * all;
  for (const [change, chance] of chances) {
    left -= chance;
    if (left <= 0) return change(pipeline, rates, random);
  }
  return pipeline;
}

const editWorkflow: Change = (pipeline, { share }, random) => {
  const kind = random.below(1_000) / 1_000;
  if (kind < share.editAddsService) return addService(pipeline, random);
  if (kind < share.editAddsService + share.editAddsStep) return addStep(pipeline, random);
  // Of actions most often: another version of one.
  const [from, to] = random.pick([
    ["/actions/checkout/v4/", "/actions/checkout/v5/"],
    ["/actions/cache/v4/", "/actions/cache/v4.2.0/"],
    ["/externals/node20/", "/externals/node24/"],
    ["/actions/setup-node/v4/", "/actions/setup-node/v6/"],
  ]);
  return rename(pipeline, [[from, to]], "workflow: step added");
};

function addService(pipeline: Pipeline, random: Random): Pipeline {
  const service = pickFrom(random, SERVICES);
  if (service === undefined) return pipeline;
  const { program: executable, hosts } = service;
  const talks = hosts.map((host) => ({ host, sentKb: 400, receivedKb: 40 }));
  const since = "workflow: service added";
  const step = toRunStep(
    `__run_${pipeline.steps.length}`,
    program(executable, [executable], talks),
  );
  return mark(append(pipeline, { ...step, since }), [executable, ...hosts], since);
}

/** Programs that a workflow takes on, and what they ask of places the job speaks to anyway. */
const TOOLS: readonly (readonly [string, readonly TalkAct[]])[] = [
  ["/usr/bin/shellcheck", []],
  ["/usr/bin/jq", []],
  ["/usr/bin/gh", [{ host: "api.github.com", sentKb: 4, receivedKb: 20 }]],
  [
    "/usr/bin/curl",
    [
      { host: "github.com", sentKb: 2, receivedKb: 4 },
      { host: "release-assets.githubusercontent.com", sentKb: 2, receivedKb: 9_000 },
    ],
  ],
  ["/usr/bin/yamllint", []],
  ["/usr/bin/rsync", []],
  ["/usr/bin/docker", []],
  ["/usr/bin/openssl", []],
];

function addStep(pipeline: Pipeline, random: Random): Pipeline {
  const [executable, talks] = pickFrom(random, TOOLS) ?? ["/usr/bin/jq", []];
  const since = "workflow: step added";
  const step = toRunStep(
    `__run_${pipeline.steps.length}`,
    program(executable, [executable], talks),
  );
  return mark(append(pipeline, { ...step, since }), [executable], since);
}

/** Versions of what the image has. */
const updateImage: Change = (pipeline, _rates, random) =>
  rename(
    pipeline,
    [
      ["/22.11.0/", `/22.${11 + random.below(20)}.${random.below(9)}/`],
      ["/3.12.7/", `/3.12.${7 + random.below(9)}/`],
      ["/usr/local/aws-cli/v2/2.18.1/", `/usr/local/aws-cli/v2/2.${18 + random.below(9)}.0/`],
    ],
    "runner image",
  );

const changeDistribution: Change = (pipeline) =>
  rename(
    pipeline,
    [
      ["/usr/bin/python3", "/usr/bin/python3.14"],
      ["/x86_64-linux-gnu/12/", "/x86_64-linux-gnu/15/"],
      ["/usr/lib/gcc/", "/usr/libexec/gcc/"],
      ["/usr/bin/sudo", "/usr/lib/cargo/bin/sudo"],
      ["/usr/lib/jvm/java-17-openjdk-amd64/", "/usr/lib/jvm/java-25-openjdk-amd64/"],
      ["/usr/bin/perl", "/usr/bin/perl5.40.1"],
    ],
    "next distribution",
  );

const updateToolchain: Change = (pipeline, _rates, random) => {
  const minor = random.below(12);
  const renames: readonly (readonly [string, string])[] = [
    ["/node/22.11.0/", `/node/24.${minor}.0/`],
    ["/Python/3.12.7/", `/Python/3.14.${minor}/`],
    ["/go/1.23.2/", `/go/1.25.${minor}/`],
    [
      "/toolchains/stable-x86_64-unknown-linux-gnu/",
      `/toolchains/1.${85 + minor}.0-x86_64-unknown-linux-gnu/`,
    ],
    ["/gradle-8.10/", `/gradle-9.${minor}/`],
  ];
  // What changes with it besides is a little more or less to do.
  const size = pipeline.size * spread(random, 0.05);
  return { ...rename(pipeline, renames, "toolchain"), size };
};

/** Another tool for the same, as far as there are recordings of it. */
const SIBLINGS: Readonly<Record<string, string>> = {
  vitest: "npm-scripts-jest",
  "npm-scripts-jest": "vitest",
  "npm-ci": "pnpm",
  pnpm: "npm-ci",
  cmake: "meson",
  meson: "cmake",
  gradle: "javac",
  pytest: "pre-commit",
};

const refactorBuild: Change = (pipeline, { share }, random) => {
  const since = "build by another tool";
  const steps = pipeline.steps.map((step) => ({
    ...step,
    acts: step.acts.map((act) =>
      mapRecorded(act, (it) => ({ ...it, name: SIBLINGS[it.name] ?? it.name })),
    ),
  }));
  const hosts = happens(random, share.refactorAddsHost)
    ? (pickFrom(random, [
        ["releases.bazel.build"],
        ["mise.jdx.dev"],
        ["taskfile.dev"],
        ["get.nexte.st"],
      ]) ?? [])
    : [];
  const executable = random.pick([
    "/usr/local/bin/just",
    "/usr/local/bin/task",
    "/usr/local/bin/bazel",
  ]);
  const talks = hosts.map((host) => ({ host, sentKb: 4, receivedKb: 20_000 }));
  const built = append(
    { ...pipeline, steps },
    { ...toRunStep("__run_build", program(executable, [executable, "build"], talks)), since },
  );
  return { ...mark(built, [executable, ...hosts], since), lastChange: since };
};

function mapRecorded(act: Act, map: (act: RecordedAct) => RecordedAct): Act {
  if (act.kind === "recorded") return map(act);
  return {
    ...act,
    ...(act.starts && { starts: act.starts.map((inner) => mapRecorded(inner, map)) }),
  };
}

const addMatrixLeg: Change = (pipeline) => ({
  ...pipeline,
  legs: [...pipeline.legs, toLeg(pipeline.legs.length)],
  lastChange: "matrix leg",
});

const releasePackage: Change = (pipeline, _rates, random) => {
  const size = pipeline.size * spread(random, 0.01);
  const browser = `chromium-${1_140 + random.below(60)}`;
  return { ...rename(pipeline, [["chromium-1140", browser]], "package release"), size };
};

const addDependency: Change = (pipeline, { share }, random) => {
  const size = pipeline.size * (1 + random.below(30) / 1_000);
  const grown: Pipeline = { ...pipeline, size, lastChange: "new dependency" };
  if (!happens(random, share.dependencyRunsScript)) return grown;
  const since = "new dependency with a script";
  const asks = random.below(1_000) / 1_000;
  const own = pickFrom(random, BINARY_HOSTS) ?? "";
  const hosts =
    asks < share.scriptAsksGitHub
      ? ["github.com", "release-assets.githubusercontent.com"]
      : asks < share.scriptAsksGitHub + share.scriptAsksOwnHost
        ? [own]
        : [];
  const { installer } = pipeline.archetype;
  const name = `package-${random.below(10_000)}`;
  const folder = `{work}/node_modules/${name}`;
  const script = program("/usr/bin/dash", ["sh", "-c", "node install.js"], [], {
    starts: [
      program(
        installer,
        [basenameOf(installer), `${folder}/install.js`],
        hosts.map((host) => ({ host, sentKb: 2, receivedKb: 8_000, when: "cache-missed" })),
        {
          writes: [`${folder}/bin/${name}`, `/home/runner/.cache/${name}/{hex:16:cache}`],
        },
      ),
    ],
  });
  const steps = pipeline.steps.map((step) => ({
    ...step,
    acts: step.acts.map((act) => startWithFirstRecorded(act, script)),
  }));
  return mark({ ...grown, steps, lastChange: since }, [name, ...hosts], since);
};

/** Where a build begins, its packages are installed. */
function startWithFirstRecorded(act: Act, script: ProgramAct): Act {
  if (act.kind === "recorded" || act.starts === undefined) return act;
  const first = act.starts.findIndex(({ kind }) => kind === "recorded");
  if (first < 0) return act;
  return { ...act, starts: [script, ...act.starts] };
}

function append(pipeline: Pipeline, step: Step): Pipeline {
  const lastChange = step.since ?? pipeline.lastChange;
  return { ...pipeline, steps: [...pipeline.steps, step], lastChange };
}

function rename(
  pipeline: Pipeline,
  renames: readonly (readonly [string, string])[],
  lastChange: ChangeKind,
): Pipeline {
  return { ...pipeline, renames: new Map([...pipeline.renames, ...renames]), lastChange };
}

function mark(pipeline: Pipeline, names: readonly string[], change: ChangeKind): Pipeline {
  const marks = new Map(pipeline.marks);
  for (const name of names) marks.set(name, change);
  return { ...pipeline, marks };
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
