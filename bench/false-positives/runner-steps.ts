/** What a runner does around a build. Hosts are those that GitHub's documents ask self-hosted runners to reach. */
import type { Act, ProgramAct, Step, TalkAct } from "./act.ts";
import { RESULTS_STORAGE } from "./hosts.ts";

/** The runner's own, for actions in JavaScript. */
const ACTION_NODE = "/home/runner/actions-runner/externals/node20/bin/node";

function action(name: string, version: string, act: Partial<ProgramAct>): Act {
  const args = ["node", `/home/runner/work/_actions/${name}/${version}/dist/index.js`];
  return { kind: "program", executable: ACTION_NODE, args, seconds: 2, ...act };
}

function shell(...starts: readonly Act[]): Act {
  const script = "/home/runner/work/_temp/{uuid:36:step}.sh";
  return {
    kind: "program",
    executable: "/usr/bin/bash",
    args: ["/usr/bin/bash", "-e", script],
    seconds: 1,
    starts,
  };
}

/** A step of `run:`. */
export function toRunStep(label: string, ...acts: readonly Act[]): Step {
  return { label, acts: [shell(...acts)] };
}

const GIT = "/usr/bin/git";
const CHECKOUT: Step = {
  label: "__actions_checkout",
  action: "actions/checkout",
  acts: [
    action("actions/checkout", "v4", {
      starts: [
        { kind: "program", executable: GIT, args: ["/usr/bin/git", "version"], seconds: 0.1 },
        {
          kind: "program",
          executable: GIT,
          args: ["/usr/bin/git", "init", "{work}"],
          seconds: 0.1,
        },
        {
          kind: "program",
          executable: GIT,
          args: ["/usr/bin/git", "fetch", "--depth=1", "origin"],
          seconds: 2,
          writes: ["{work}/.git/shallow.lock"],
          starts: [
            {
              kind: "program",
              executable: "/usr/lib/git-core/git-remote-http",
              args: ["git-remote-https", "origin"],
              seconds: 2,
              talks: [{ host: "github.com", sentKb: 12, receivedKb: 4_000 }],
            },
          ],
        },
        {
          kind: "program",
          executable: GIT,
          args: ["/usr/bin/git", "checkout", "--force"],
          seconds: 1,
        },
      ],
    }),
  ],
};

function toSetUp(tool: string, version: string, host: string): Step {
  return {
    label: `__actions_setup-${tool}`,
    action: `actions/setup-${tool}`,
    acts: [
      action(`actions/setup-${tool}`, "v4", {
        // What the image has is not downloaded; toolcache misses are as frequent as other caches'.
        talks: [
          { host: "raw.githubusercontent.com", sentKb: 2, receivedKb: 40 },
          { host, sentKb: 3, receivedKb: 30_000, when: "cache-missed" },
        ],
        starts: [
          {
            kind: "program",
            executable: "/usr/bin/tar",
            args: ["tar", "xz", "-C", `/home/runner/work/_temp/{uuid:36:tool}`],
            seconds: 2,
            writes: [`/opt/hostedtoolcache/${tool}/${version}/x64.complete`],
          },
        ],
      }),
    ],
  };
}

const RESTORE_CACHE: Step = {
  label: "__actions_cache",
  action: "actions/cache",
  acts: [
    action("actions/cache", "v4", {
      talks: [
        { host: "results-receiver.actions.githubusercontent.com", sentKb: 3, receivedKb: 4 },
        { host: RESULTS_STORAGE, sentKb: 10, receivedKb: 80_000, when: "cache-hit", count: 4 },
      ],
      starts: [
        {
          kind: "program",
          executable: "/usr/bin/tar",
          args: ["/usr/bin/tar", "-xf", "cache.tzst", "-P", "-C", "{work}"],
          seconds: 3,
          starts: [
            {
              kind: "program",
              executable: "/usr/bin/zstd",
              args: ["unzstd", "--long=30"],
              seconds: 3,
            },
          ],
        },
      ],
    }),
  ],
};

const SAVE_CACHE: Step = {
  label: "__actions_cache_post",
  action: "actions/cache",
  acts: [
    action("actions/cache", "v4", {
      talks: [
        { host: "results-receiver.actions.githubusercontent.com", sentKb: 3, receivedKb: 4 },
        { host: RESULTS_STORAGE, sentKb: 80_000, receivedKb: 20, when: "cache-missed", count: 3 },
      ],
    }),
  ],
};

const UPLOAD_ARTIFACT: Step = {
  label: "__actions_upload-artifact",
  action: "actions/upload-artifact",
  acts: [
    action("actions/upload-artifact", "v4", {
      talks: [
        { host: "results-receiver.actions.githubusercontent.com", sentKb: 4, receivedKb: 4 },
        { host: RESULTS_STORAGE, sentKb: 6_000, receivedKb: 30, count: 2 },
      ],
    }),
  ],
};

export interface Surroundings {
  readonly tool?: readonly [tool: string, version: string, host: string];
  readonly hasCache: boolean;
  readonly hasArtifact: boolean;
}

/** Around the steps of a build what a workflow of it has. */
export function surround(steps: readonly Step[], surroundings: Surroundings): readonly Step[] {
  const { tool, hasCache, hasArtifact } = surroundings;
  return [
    CHECKOUT,
    ...(tool === undefined ? [] : [toSetUp(...tool)]),
    ...(hasCache ? [RESTORE_CACHE] : []),
    ...steps,
    ...(hasArtifact ? [UPLOAD_ARTIFACT] : []),
    ...(hasCache ? [SAVE_CACHE] : []),
  ];
}

export function program(
  executable: string,
  args: readonly string[],
  talks: readonly TalkAct[],
  rest: Partial<ProgramAct> = {},
): ProgramAct {
  return { kind: "program", executable, args, talks, seconds: 5, ...rest };
}
