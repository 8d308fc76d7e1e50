import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

import koffi from "koffi";

const CLONE_NEWNET = 0x4000_0000;

export interface OwnNamespace extends Disposable {
  /** Runs it on this thread inside the namespace. What waits for something would wake up outside. */
  inside<Result>(run: () => Result): Result;
  /** Runs a program inside it to its end and returns its standard output. */
  run(program: string, args: readonly string[], input?: string): string;
  /** The same, for its pid. */
  runForPid(program: string, args: readonly string[]): number;
  readonly name: string;
}

let made = 0;

/** A network namespace with nothing but a loopback device that is up. */
export function makeNamespace(): OwnNamespace {
  made += 1;
  const name = `guard-netlink-${process.pid}-${made}`;
  execFileSync("ip", ["netns", "add", name]);
  const path = `/run/netns/${name}`;
  const run = (program: string, args: readonly string[], input = "") =>
    execFileSync("nsenter", [`--net=${path}`, program, ...args], {
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  run("ip", ["link", "set", "lo", "up"]);
  const setns = koffi.load(null).func("int setns(int descriptor, int kind)");
  const enter = (namespace: string) => {
    const descriptor = openSync(namespace, "r");
    try {
      if (setns(descriptor, CLONE_NEWNET) !== 0) throw new Error(`cannot enter ${namespace}`);
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    name,
    run,
    runForPid(program, args) {
      const ended = spawnSync("nsenter", [`--net=${path}`, program, ...args], { encoding: "utf8" });
      if (ended.status !== 0) throw new Error(`${program}: ${ended.stderr}`);
      return ended.pid;
    },
    inside(action) {
      const outside = openSync("/proc/thread-self/ns/net", "r");
      try {
        enter(path);
        return action();
      } finally {
        enter(`/proc/self/fd/${outside}`);
        closeSync(outside);
      }
    },
    [Symbol.dispose]() {
      spawnSync("ip", ["netns", "delete", name]);
    },
  };
}
