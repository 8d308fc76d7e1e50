import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { runCommand } from "../setup/run-command.mjs";

/** What this version builds with; others know no `GO111MODULE=off`, or refuse its sources. */
export const GO = "/usr/lib/go-1.19/bin/go";

/**
 * Of what is in use, where 100 is usual: 800 MB at most for a compiler. Without any collection it is twice the memory for 14 % less of the processor's time.
 * https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
const GARBAGE_AT_PERCENT = "400";
/** Neither the clouds' own parts nor those of nodes: a fifth of all packages. */
const TAGS = "providerless,dockerless";
const VENDOR = "k8s.io/kubernetes/vendor/k8s.io";
/**
 * What debuggers read, which is stripped in the end: a seventh of the compiler's time. Not of Go's own packages, which are compiled already. `...` alone stands
 * for no vendored ones.
 */
const WITHOUT_DEBUGGING = ["...", "vendor/..."].map(
  (packages) => `-gcflags=k8s.io/kubernetes/${packages}=-dwarf=false`,
);
/** Of which the API server tells what they are made of, without which it does not start. */
const DESCRIBED = "+k8s:openapi-gen=";
const NOT_OF_THE_SERVER = /code-generator|sample-apiserver|_test\.go$|zz_generated/;

/**
 * @typedef {object} Build
 * @property {string} archive What Kubernetes has published.
 * @property {string} reflect2 Of a version that knows this Go's maps, which the one in the archive does not: the server would break down at the first
 *   label.
 * @property {string} version
 * @property {string} work An empty folder, which everything is done in.
 * @property {string} output
 */

/**
 * @param {Build} build
 * @returns {Promise<string>} What went wrong; empty: nothing.
 */
export async function buildApiServer({ archive, reflect2, version, work, output }) {
  const home = join(work, "go/src/k8s.io");
  const tree = join(home, "kubernetes");
  mkdirSync(home, { recursive: true });
  const unpacked = await runCommand(["tar", "--extract", "--file", archive, "--directory", home]);
  if (!unpacked.ok) return unpacked.output;
  renameSync(join(home, `kubernetes-${version}`), tree);
  const vendored = join(tree, "vendor/github.com/modern-go/reflect2");
  rmSync(vendored, { recursive: true });
  mkdirSync(dirname(vendored), { recursive: true });
  renameSync(reflect2, vendored);
  const options = { cwd: tree, env: toEnvironment(work) };
  const generator = join(work, "openapi-gen");
  const compiled = await runCommand(
    [GO, "build", "-o", generator, "./vendor/k8s.io/kube-openapi/cmd/openapi-gen"],
    options,
  );
  if (!compiled.ok) return compiled.output;
  const described = await runCommand(toDescription(generator, tree, work), options);
  if (!described.ok) return described.output;
  const named = ["component-base/version", "client-go/pkg/version"]
    .map((path) => `-X ${VENDOR}/${path}.gitVersion=v${version}`)
    .join(" ");
  const built = await runCommand(
    [
      GO,
      "build",
      "-tags",
      TAGS,
      ...WITHOUT_DEBUGGING,
      "-ldflags",
      `-s -w ${named}`,
      "-o",
      output,
      "./cmd/kube-apiserver",
    ],
    options,
  );
  return built.ok ? "" : built.output;
}

/**
 * @param {string} work
 * @returns {NodeJS.ProcessEnv}
 */
function toEnvironment(work) {
  return {
    PATH: process.env["PATH"],
    HOME: work,
    GOPATH: join(work, "go"),
    GOCACHE: join(work, "cache"),
    GOTMPDIR: work,
    GO111MODULE: "off",
    GOFLAGS: "",
    GOGC: GARBAGE_AT_PERCENT,
    CGO_ENABLED: "0",
  };
}

/**
 * @param {string} generator
 * @param {string} tree
 * @param {string} work
 * @returns {[string, ...string[]]}
 */
function toDescription(generator, tree, work) {
  return [
    generator,
    "--logtostderr",
    "-i",
    findDescribed(tree).join(","),
    "-p",
    "k8s.io/kubernetes/pkg/generated/openapi",
    "-O",
    "zz_generated.openapi",
    "-h",
    "vendor/k8s.io/code-generator/hack/boilerplate.go.txt",
    "-r",
    join(work, "violations"),
  ];
}

/**
 * Packages, by the names that Go has for them.
 *
 * @param {string} tree
 */
function findDescribed(tree) {
  const { stdout } = spawnSync(
    "grep",
    ["-rlF", "--include=*.go", DESCRIBED, "pkg", "staging/src/k8s.io"],
    { cwd: tree, encoding: "utf8", maxBuffer: 16 * 1024 * 1024 },
  );
  const files = stdout.split("\n").filter((file) => file !== "" && !NOT_OF_THE_SERVER.test(file));
  const packages = files.map((file) =>
    dirname(file).replace(/^staging\/src\/k8s\.io/, "vendor/k8s.io"),
  );
  return [...new Set(packages)].toSorted().map((path) => `k8s.io/kubernetes/${path}`);
}
