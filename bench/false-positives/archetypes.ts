/** Pipelines as projects have them: recorded builds with what a runner does around them. */
import type { Act, RecordedAct, Step, TalkAct } from "./act.ts";
import { CTAN_MIRRORS, GVT1, QUAY_CDN } from "./hosts.ts";
import { program, surround, type Surroundings, toRunStep } from "./runner-steps.ts";

export interface Archetype {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly publish: Act;
  readonly nightly: Act;
  /** Who starts the install scripts of packages. */
  readonly installer: string;
}

const NODE = "/opt/hostedtoolcache/node/22.11.0/x64/bin/node";
const NPM_HOST = "registry.npmjs.org";

const NPM_PUBLISH = program(
  NODE,
  ["node", "/opt/hostedtoolcache/node/22.11.0/x64/bin/npm", "publish"],
  [
    { host: NPM_HOST, sentKb: 900, receivedKb: 20 },
    { host: "fulcio.sigstore.dev", sentKb: 8, receivedKb: 8 },
    { host: "rekor.sigstore.dev", sentKb: 8, receivedKb: 8 },
  ],
);

const GH_RELEASE = program(
  "/usr/bin/gh",
  ["gh", "release", "upload"],
  [
    { host: "api.github.com", sentKb: 20, receivedKb: 40 },
    { host: "uploads.github.com", sentKb: 12_000, receivedKb: 10 },
  ],
);

const SLOW_TESTS = program(NODE, ["node", "{work}/node_modules/.bin/playwright", "test"], [], {
  seconds: 180,
  starts: [
    program(
      "/home/runner/.cache/ms-playwright/chromium-1140/chrome-linux/chrome",
      ["chrome", "--headless"],
      [{ host: GVT1, sentKb: 5, receivedKb: 2_000 }],
      { times: 3, seconds: 40 },
    ),
  ],
});

const MANY_SEEDS = program(
  "/usr/bin/python3",
  ["python3", "{work}/scripts/fuzz.py"],
  [{ host: "api.github.com", sentKb: 4, receivedKb: 60 }],
  { seconds: 400, times: 2 },
);

export const ARCHETYPES: readonly Archetype[] = [
  of(
    "node library",
    { tool: ["node", "22.11.0", "nodejs.org"], hasCache: true, hasArtifact: false },
    {
      acts: [recorded("npm-ci"), recorded("vitest")],
      publish: NPM_PUBLISH,
      nightly: SLOW_TESTS,
      installer: NODE,
    },
  ),
  of(
    "node site",
    { tool: ["node", "22.11.0", "nodejs.org"], hasCache: true, hasArtifact: true },
    {
      acts: [recorded("npm-scripts-jest"), recorded("husky")],
      publish: program(
        "/usr/local/bin/aws",
        ["aws", "s3", "sync"],
        [
          { host: "acme-site.s3.us-east-1.amazonaws.com", sentKb: 20_000, receivedKb: 100 },
          { host: "cloudfront.amazonaws.com", sentKb: 4, receivedKb: 4 },
        ],
      ),
      nightly: SLOW_TESTS,
      installer: NODE,
    },
  ),
  of(
    "node addon by pnpm",
    { tool: ["node", "22.11.0", "nodejs.org"], hasCache: true, hasArtifact: true },
    {
      acts: [
        recorded("pnpm"),
        recorded("npm-addon", {
          node: [{ host: "nodejs.org", sentKb: 2, receivedKb: 9_000, when: "cache-missed" }],
        }),
      ],
      publish: NPM_PUBLISH,
      nightly: MANY_SEEDS,
      installer: NODE,
    },
  ),
  of(
    "python",
    {
      tool: ["python", "3.12.7", "objects.githubusercontent.com"],
      hasCache: true,
      hasArtifact: false,
    },
    {
      acts: [recorded("pip", { "python3.11": pypi() }), recorded("pytest"), recorded("pre-commit")],
      publish: program(
        "/opt/hostedtoolcache/Python/3.12.7/x64/bin/python3",
        ["python3", "-m", "twine", "upload"],
        [{ host: "upload.pypi.org", sentKb: 800, receivedKb: 10 }],
      ),
      nightly: MANY_SEEDS,
      installer: "/opt/hostedtoolcache/Python/3.12.7/x64/bin/python3",
    },
  ),
  of(
    "rust",
    { hasCache: true, hasArtifact: true },
    {
      acts: [
        recorded("cargo", {
          cargo: [
            { host: "index.crates.io", sentKb: 20, receivedKb: 3_000 },
            { host: "static.crates.io", sentKb: 20, receivedKb: 20_000, when: "cache-missed" },
          ],
        }),
      ],
      publish: GH_RELEASE,
      nightly: program(
        "/home/runner/.cargo/bin/cargo",
        ["cargo", "audit"],
        [{ host: "github.com", sentKb: 8, receivedKb: 3_000 }],
        { seconds: 60 },
      ),
      installer: "/home/runner/.cargo/bin/cargo",
    },
  ),
  of(
    "go",
    { tool: ["go", "1.23.2", "go.dev"], hasCache: true, hasArtifact: false },
    {
      acts: [
        recorded("go", {
          go: [
            { host: "proxy.golang.org", sentKb: 20, receivedKb: 30_000, when: "cache-missed" },
            { host: "sum.golang.org", sentKb: 6, receivedKb: 60, when: "cache-missed" },
          ],
        }),
      ],
      publish: GH_RELEASE,
      nightly: MANY_SEEDS,
      installer: "/usr/bin/go",
    },
  ),
  of(
    "c by cmake",
    { hasCache: false, hasArtifact: true },
    {
      acts: [aptUpdate(), recorded("apt"), recorded("cmake")],
      publish: GH_RELEASE,
      nightly: program("/usr/bin/valgrind", ["valgrind", "{work}/build/tests"], [], {
        seconds: 300,
      }),
      installer: "/usr/bin/cmake",
    },
  ),
  of(
    "c by meson, packaged",
    { hasCache: true, hasArtifact: true },
    {
      acts: [aptUpdate(), recorded("apt"), recorded("meson"), recorded("deb")],
      publish: program(
        "/usr/bin/dput",
        ["dput", "ppa:acme/app"],
        [{ host: "ppa.launchpad.net", port: 22, sentKb: 900, receivedKb: 4 }],
      ),
      nightly: MANY_SEEDS,
      installer: "/usr/bin/meson",
    },
  ),
  of(
    "java by gradle",
    { tool: ["java", "21.0.5", "api.adoptium.net"], hasCache: true, hasArtifact: true },
    {
      acts: [
        recorded("gradle", {
          java: [
            {
              host: "repo.maven.apache.org",
              sentKb: 60,
              receivedKb: 40_000,
              when: "cache-missed",
              count: 6,
            },
            { host: "plugins.gradle.org", sentKb: 8, receivedKb: 90 },
            { host: "services.gradle.org", sentKb: 2, receivedKb: 10, when: "cache-missed" },
          ],
        }),
        recorded("javac"),
      ],
      publish: program(
        "/usr/lib/jvm/temurin-21-jdk-amd64/bin/java",
        ["java", "-jar", "/home/runner/.gradle/wrapper/dists/gradle-8.10/publish.jar"],
        [{ host: "ossrh-staging-api.central.sonatype.com", sentKb: 2_000, receivedKb: 60 }],
      ),
      nightly: MANY_SEEDS,
      installer: "/usr/lib/jvm/temurin-21-jdk-amd64/bin/java",
    },
  ),
  of(
    "ruby",
    { hasCache: true, hasArtifact: false },
    {
      acts: [
        recorded("gem", {
          "ruby3.1": [
            { host: "rubygems.org", sentKb: 20, receivedKb: 4_000 },
            { host: "index.rubygems.org", sentKb: 6, receivedKb: 900 },
          ],
        }),
      ],
      publish: program(
        "/usr/bin/ruby",
        ["ruby", "/usr/bin/gem", "push"],
        [{ host: "rubygems.org", sentKb: 300, receivedKb: 4 }],
      ),
      nightly: MANY_SEEDS,
      installer: "/usr/bin/ruby",
    },
  ),
  of(
    "php",
    { hasCache: true, hasArtifact: false },
    {
      acts: [
        recorded("composer", {
          "php8.2": [
            { host: "repo.packagist.org", sentKb: 20, receivedKb: 900 },
            {
              host: "codeload.github.com",
              sentKb: 20,
              receivedKb: 20_000,
              when: "cache-missed",
              count: 8,
            },
            { host: "api.github.com", sentKb: 10, receivedKb: 40, when: "cache-missed" },
          ],
        }),
      ],
      publish: GH_RELEASE,
      nightly: MANY_SEEDS,
      installer: "/usr/bin/php",
    },
  ),
  of(
    "container image",
    { hasCache: false, hasArtifact: false },
    {
      acts: [
        recorded("buildah"),
        program(
          "/usr/bin/buildah",
          ["buildah", "pull"],
          [
            { host: "registry-1.docker.io", sentKb: 12, receivedKb: 40 },
            { host: "auth.docker.io", sentKb: 6, receivedKb: 12 },
            { host: "production.cloudflare.docker.com", sentKb: 8, receivedKb: 90_000 },
            { host: "quay.io", sentKb: 6, receivedKb: 30 },
            { host: QUAY_CDN, sentKb: 6, receivedKb: 40_000, count: 3 },
          ],
          { seconds: 20 },
        ),
        program(
          "/usr/bin/buildah",
          ["buildah", "push"],
          [
            { host: "ghcr.io", sentKb: 40_000, receivedKb: 60 },
            { host: "pkg-containers.githubusercontent.com", sentKb: 4, receivedKb: 40 },
          ],
          { seconds: 15 },
        ),
      ],
      publish: program(
        "/usr/local/bin/cosign",
        ["cosign", "sign"],
        [
          { host: "fulcio.sigstore.dev", sentKb: 8, receivedKb: 8 },
          { host: "rekor.sigstore.dev", sentKb: 8, receivedKb: 8 },
        ],
      ),
      nightly: program(
        "/usr/local/bin/trivy",
        ["trivy", "image"],
        [{ host: "mirror.gcr.io", sentKb: 8, receivedKb: 60_000 }],
        { seconds: 60 },
      ),
      installer: "/usr/bin/buildah",
    },
  ),
  of(
    "deploy",
    { hasCache: false, hasArtifact: false },
    {
      acts: [
        recorded("git-ssh"),
        recorded("shell"),
        program(
          "/usr/local/bin/kubectl",
          ["kubectl", "apply", "-f", "deploy.yaml"],
          [
            { host: "B7E4D9C0A1F2.gr7.us-east-1.eks.amazonaws.com", sentKb: 60, receivedKb: 90 },
            { host: "sts.us-east-1.amazonaws.com", sentKb: 6, receivedKb: 6 },
          ],
        ),
      ],
      publish: GH_RELEASE,
      nightly: MANY_SEEDS,
      installer: "/usr/bin/bash",
    },
  ),
  of(
    "signed documents",
    { hasCache: false, hasArtifact: true },
    {
      acts: [
        recorded("gpg"),
        recorded("git"),
        program("/usr/bin/latexmk", ["latexmk", "-pdf", "manual.tex"], [], {
          seconds: 30,
          starts: [program("/usr/bin/pdflatex", ["pdflatex", "manual.tex"], [], { times: 3 })],
        }),
      ],
      publish: GH_RELEASE,
      nightly: MANY_SEEDS,
      installer: "/usr/bin/tlmgr",
    },
  ),
];

/** A step that is sent to another mirror each time. */
export const MIRRORED_STEP: Step = {
  ...toRunStep(
    "__run_mirror",
    program(
      "/usr/bin/wget",
      ["wget", "https://mirrors.ctan.org/"],
      [
        { host: "mirrors.ctan.org", sentKb: 2, receivedKb: 2 },
        { host: CTAN_MIRRORS, sentKb: 3, receivedKb: 9_000 },
      ],
    ),
  ),
  since: "mirrors of other owners",
};

interface Rest {
  readonly acts: readonly Act[];
  readonly publish: Act;
  readonly nightly: Act;
  readonly installer: string;
}

function of(name: string, surroundings: Surroundings, { acts, ...rest }: Rest): Archetype {
  const steps = acts.map((act, index) => toRunStep(`__run_${index + 1}`, act));
  return { name, steps: surround(steps, surroundings), ...rest };
}

function recorded(name: string, talks?: Readonly<Record<string, readonly TalkAct[]>>): RecordedAct {
  return talks === undefined ? { kind: "recorded", name } : { kind: "recorded", name, talks };
}

function pypi(): readonly TalkAct[] {
  return [
    { host: "pypi.org", sentKb: 12, receivedKb: 900 },
    { host: "files.pythonhosted.org", sentKb: 12, receivedKb: 12_000, when: "cache-missed" },
  ];
}

function aptUpdate(): Act {
  const http = "/usr/lib/apt/methods/http";
  const talks = [
    { host: "azure.archive.ubuntu.com", port: 80, sentKb: 4, receivedKb: 9_000 },
    { host: "security.ubuntu.com", port: 80, sentKb: 2, receivedKb: 200 },
  ];
  const writes = [
    "/var/lib/apt/lists/partial/azure.archive.ubuntu.com_ubuntu_dists_noble_InRelease",
  ];
  const method = program(http, [http], talks, { writes });
  return program("/usr/bin/sudo", ["sudo", "apt-get", "update"], [], {
    starts: [program("/usr/bin/apt-get", ["apt-get", "update"], [], { starts: [method] })],
  });
}
