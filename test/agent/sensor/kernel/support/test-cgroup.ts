import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";

import { findCgroupRoot } from "./observe-command.ts";

let made = 0;

/** A cgroup of the test's own, with one below it. Both have to be empty when it is disposed of. */
export interface TestCgroup extends Disposable {
  readonly root: string;
  readonly path: string;
  readonly child: string;
}

export function makeTestCgroup(): TestCgroup {
  const root = findCgroupRoot() ?? "";
  made += 1;
  const path = join(root, `runner-guard-test-${process.pid}-${made}`);
  const child = join(path, "child");
  mkdirSync(child, { recursive: true });
  return {
    root,
    path,
    child,
    [Symbol.dispose]() {
      rmdirSync(child);
      rmdirSync(path);
    },
  };
}
