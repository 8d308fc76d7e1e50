import { expect, test } from "vitest";

import type { ExecObservation } from "../../../../agent/observation.ts";
import { toMakefileSource } from "../../../../agent/rules/facts/makefile-source.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import { toProgramSource } from "../../../../agent/rules/facts/program-source.ts";

test.each([
  ["sh"],
  ["sh", "-"],
  ["bash", "-e"],
  ["bash", "-i", "-l"],
  ["bash", "--norc", "--rcfile", "x"],
  ["bash", "-o", "pipefail", "-eu"],
  ["bash", "-s", "--", "argument"],
  ["bash", "-es", "argument"],
  ["bash", "/dev/stdin", "argument"],
  ["busybox", "sh"],
  ["python3", "-"],
  ["python3", "-u", "-W", "ignore"],
  ["python3", "-Wignore", "/dev/fd/0"],
  ["perl", "-w", "-Mstrict"],
  ["node", "--import", "./x.mjs", "-"],
  ["deno", "run", "-"],
  ["php", "-d", "display_errors=1"],
  ["awk", "-f", "/dev/stdin"],
])("%s %s %s %s reads its program", (...args) => {
  expect(toProgramSource(started(args))).toEqual({ kind: "input" });
});

test.each([
  ["-", ["make", "-f", "-"]],
  ["-", ["gmake", "-sf-", "all"]],
  ["-", ["make", "-j", "4", "--makefile=/dev/stdin"]],
  ["-", ["make", "-f", "/dev/null", "-f", "-"]],
  ["-", ["make", "-Cfolder", "-f", "-"]],
  ["-", ["make", "-C", "-f", "--fil=-"]],
  ["-", ["make", "-j4", "--mak", "-"]],
  ["/dev/fd/63", ["make", "-f", "rules.mk", "-f", "/dev/fd/63"]],
  ["Makefile", ["make", "-Cf", "all"]],
  ["other.mk", ["make", "--file", "other.mk"]],
  ["Makefile", ["make", "--always-make", "all"]],
])("%s is where the recipes of %o are", (path, args) => {
  const source = path === "-" ? { kind: "input" } : { kind: "file", path };
  expect(toMakefileSource(started(args))).toEqual(source);
});

test("cmake has no recipes to give", () => {
  expect(toMakefileSource(started(["cmake", "-f", "-"]))).toBeUndefined();
});

test.each([
  ["echo 1", ["sh", "-c", "echo 1", "name"]],
  ["echo 1", ["bash", "-euo", "pipefail", "-c", "echo 1"]],
  ["echo 1", ["bash", "-c", "--", "echo 1"]],
  ["echo 1", ["busybox", "sh", "-c", "echo 1"]],
  ["print(1)", ["python3", "-Bc", "print(1)", "-"]],
  ["print(1)", ["python3", "-cprint(1)"]],
  ["print 1", ["perl", "-MSocket", "-e", "print 1"]],
  ["s/a/b/", ["perl", "-pe", "s/a/b/"]],
  ["1 + 1", ["node", "-pe", "1 + 1"]],
  ["1 + 1", ["node", "--eval=1 + 1"]],
  ["{ print }", ["awk", "-F", ":", "{ print }", "file"]],
])("%s is the program of %s", (text, args) => {
  expect(toProgramSource(started(args))).toEqual({ kind: "text", text });
});

test.each([
  ["build.sh", ["bash", "-e", "build.sh", "-s"]],
  ["/dev/fd/63", ["bash", "/dev/fd/63"]],
  ["http.server", ["python3", "-m", "http.server"]],
  ["run.py", ["python3", "-X", "utf8", "run.py", "-"]],
  ["run.js", ["node", "--require", "./hook.js", "run.js"]],
])("%s is the program of %s %s %s", (path, args) => {
  expect(toProgramSource(started(args))).toEqual({ kind: "file", path });
});

test("the kernel's word for a script comes before the arguments", () => {
  expect(toProgramSource({ ...started(["sh", "-c", "x"]), script: "./x.sh" })).toEqual({
    kind: "file",
    path: "./x.sh",
  });
});

function started(args: readonly string[]) {
  const seen: ExecObservation = {
    kind: "exec",
    at: 0,
    process: { pid: 1, startTicks: 1 },
    parent: { pid: 0, startTicks: 0 },
    executable: `/usr/bin/${args[0]}`,
    args,
    argsTruncated: false,
    workingDirectory: "/",
    userId: 0,
    groupId: 0,
    image: "file",
    environment: {},
    origin: "live",
  };
  return toProgramFacts(seen);
}
