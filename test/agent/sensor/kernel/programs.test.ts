import {
  chmodSync,
  fstatSync,
  mkdtempSync,
  openSync,
  closeSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { by, ofKind } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";

const { bpf } = requires;
const LONGEST_ARGUMENT = 131_071;
const KEPT_ARGUMENT_BYTES = 8192;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "programs-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!bpf.available)(`what is executed${bpf.note}`, () => {
  const observe = useStandingSensor();

  test("arguments, working directory and user are as they were given", async () => {
    const args = ["", "two words", "new\nline", "\u001B[31m", "ä → 🙂", "-n"];
    const observed = await observe([buildProgram("end"), "exit", "0", ...args], {
      cwd: directory,
      uid: 65_534,
      env: {},
    });
    expect(by(observed, "exec", observed.pid)).toMatchObject([
      {
        executable: buildProgram("end"),
        args: [buildProgram("end"), "exit", "0", ...args],
        argsTruncated: false,
        workingDirectory: directory,
        userId: 65_534,
        groupId: 65_534,
        image: "file",
        environment: {},
        origin: "live",
      },
    ]);
  });

  test("an argument of the kernel's greatest length is cut, and the rest is marked as missing", async () => {
    const observed = await observe([
      buildProgram("long-args"),
      "one",
      String(LONGEST_ARGUMENT),
      "/bin/true",
    ]);
    const exec = ofKind(observed, "exec").at(-1);
    expect(exec?.argsTruncated).toBe(true);
    expect(exec?.args[0]).toBe("/bin/true");
    expect(exec?.args.join("\0")).toHaveLength(KEPT_ARGUMENT_BYTES);
  });

  test("of 5,000 arguments the first are kept", async () => {
    const observed = await observe([buildProgram("long-args"), "many", "5000", "/bin/true"]);
    const exec = ofKind(observed, "exec").at(-1);
    expect(exec).toMatchObject({ argsTruncated: true });
    expect(exec?.args.slice(0, 3)).toEqual(["/bin/true", "a0", "a1"]);
    expect(exec?.args.length).toBeGreaterThan(1000);
  });

  test("argv[0] may lie, the executable does not", async () => {
    const observed = await observe([
      buildProgram("exec-as"),
      "[kworker/0:1]",
      "--",
      buildProgram("end"),
      "exit",
      "0",
    ]);
    expect(ofKind(observed, "exec").at(-1)).toMatchObject({
      executable: buildProgram("end"),
      args: ["[kworker/0:1]", "exit", "0"],
    });
  });

  test("names made to break their readers come as they are", async () => {
    const observed = await observe([buildProgram("odd-names"), directory, "/bin/true"]);
    const ran = observed.records.filter(({ did }) => did === "exec");
    expect(ran.length).toBeGreaterThan(15);
    const expected = ran.map(({ path }) => Buffer.from(String(path), "latin1").toString("utf8"));
    const told = ofKind(observed, "exec").slice(1);
    expect(told.map(({ executable }) => executable)).toEqual(expected);
    expect(told.map(({ args }) => `${directory}/${args[0]}`)).toEqual(expected);
  });

  test("a working directory 200 levels deep is told in full", async () => {
    const observed = await observe([
      buildProgram("deep-path"),
      directory,
      "200",
      "level",
      "/bin/true",
    ]);
    expect(ofKind(observed, "exec").at(-1)?.workingDirectory).toBe(
      directory + "/level".repeat(200),
    );
  });

  test("a working directory longer than a path may be keeps its end, behind a question mark", async () => {
    const name = "n".repeat(200);
    const observed = await observe([buildProgram("deep-path"), directory, "40", name, "/bin/true"]);
    const told = ofKind(observed, "exec").at(-1)?.workingDirectory;
    expect(told).toMatch(new RegExp(`^\\?(?:/n{200}){19,20}$`, "u"));
  });

  test("a script is told beside the interpreter that the kernel took for it", async () => {
    const script = join(directory, "script");
    writeFileSync(script, "#!/bin/sh -e\nexit 4\n");
    chmodSync(script, 0o755);
    const observed = await observe([script, "argument"]);
    expect(ofKind(observed, "exec")).toMatchObject([
      {
        executable: realpathSync("/bin/sh"),
        script,
        args: ["/bin/sh", "-e", script, "argument"],
      },
    ]);
    expect(observed.exit.code).toBe(4);
  });

  test("of a chain of scripts the one that was called is told", async () => {
    const observed = await observe([buildProgram("exec-scripts"), directory, "4", "/bin/true"]);
    expect(ofKind(observed, "exec").at(-1)).toMatchObject({
      executable: realpathSync("/bin/true"),
      script: join(directory, "script-4"),
    });
  });

  test("a program that is no script has none", async () => {
    const observed = await observe(["/bin/true"]);
    expect(ofKind(observed, "exec")[0]).not.toHaveProperty("script");
  });

  test.for(["relative", "descriptor", "absolute"])(
    "execveat %s is an exec like any",
    async (way) => {
      const observed = await observe([buildProgram("exec-at"), way, "/bin", "true"]);
      expect(ofKind(observed, "exec").at(-1)).toMatchObject({
        executable: realpathSync("/bin/true"),
        image: "file",
      });
    },
  );

  test("a program that lies in memory is told as such", async () => {
    const observed = await observe([buildProgram("exec-memfd"), "cloexec", "/bin/true"]);
    expect(ofKind(observed, "exec").at(-1)).toMatchObject({
      image: "memfd",
      executable: expect.stringContaining("memfd:payload"),
    });
  });

  test("a program whose file is gone is told as such", async () => {
    const copy = join(directory, "copy");
    const observed = await observe([buildProgram("exec-deleted"), copy, "/bin/true"]);
    expect(ofKind(observed, "exec").at(-1)).toMatchObject({
      image: "deleted",
      executable: expect.stringContaining(copy),
    });
  });

  test("standard streams are told by type and inode", async () => {
    const path = join(directory, "errors");
    const file = openSync(path, "w");
    try {
      const observed = await observe([buildProgram("end"), "exit", "0"], {
        stdio: ["ignore", "pipe", file],
      });
      const [exec] = ofKind(observed, "exec");
      expect(exec?.stdin?.type).toBe("device");
      expect(exec?.stdout).toMatchObject({
        type: expect.stringMatching(/^(?:socket|pipe)$/u),
        inode: expect.any(Number),
      });
      expect(exec?.stderr).toEqual({ type: "file", inode: fstatSync(file).ino });
    } finally {
      closeSync(file);
    }
  });

  test("both ends of a pipe have the same inode, and a closed stream is told", async () => {
    const observed = await observe(["/bin/sh", "-c", "/bin/echo | /bin/cat 2>&-; exit 0"]);
    const execs = ofKind(observed, "exec");
    const echo = execs.find(({ args }) => args[0] === "/bin/echo");
    const cat = execs.find(({ args }) => args[0] === "/bin/cat");
    expect(echo?.stdout).toMatchObject({ type: "pipe" });
    expect(cat?.stdin).toEqual(echo?.stdout);
    expect(cat?.stderr).toEqual({ type: "closed" });
  });

  test("the cgroup is told by its path", async () => {
    const observed = await observe(["/bin/cat", "/proc/self/cgroup"]);
    const own = /^0::(?<path>.*)$/mu.exec(observed.stdout)?.groups?.["path"];
    expect(ofKind(observed, "exec")[0]?.cgroup).toBe(own);
  });
});

describe.skipIf(!bpf.available)(`the environment${bpf.note}`, () => {
  const observe = useStandingSensor();

  const sensor = {
    watchedEnvironment: ["LD_PRELOAD", "LD_AUDIT", "GITHUB_ACTION", "RUNNER_TRACKING_ID"],
  };
  const dummies = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`DUMMY_${index}`, `SECRET_TOKEN=${index}`]),
  );

  test("keeps the watched variables and nothing else, wherever they stand", async () => {
    const env = {
      SECRET_TOKEN: "hunter2",
      ...dummies,
      LD_PRELOAD: "",
      LD_PRELOADED: "no",
      GITHUB_ACTIONS: "no",
      GITHUB_ACTION: "run = 1",
      RUNNER_TRACKING_ID: "github_1",
      RUNNER_TRACKING_IDS: "no",
    };
    const observed = await observe([buildProgram("end"), "exit", "0"], { sensor, env });
    const [exec] = ofKind(observed, "exec");
    expect(exec?.environment).toEqual({
      LD_PRELOAD: "",
      GITHUB_ACTION: "run = 1",
      RUNNER_TRACKING_ID: "github_1",
    });
    expect(exec).not.toHaveProperty("environmentTruncated");
    expect(JSON.stringify(observed.observations)).not.toMatch(/hunter2|SECRET_TOKEN|DUMMY/u);
  });

  test("nothing of it is kept where nothing is watched", async () => {
    const observed = await observe(["/bin/true"], { env: { LD_PRELOAD: "", A: "b" } });
    expect(ofKind(observed, "exec")[0]?.environment).toEqual({});
  });

  test("a value too long to keep is cut and marked, and hides nothing that follows", async () => {
    const env = {
      RUNNER_TRACKING_ID: `/evil.so:${"x".repeat(9000)}`,
      ...dummies,
      GITHUB_ACTION: "after",
    };
    const observed = await observe([buildProgram("end"), "exit", "0"], { sensor, env });
    const [exec] = ofKind(observed, "exec");
    expect(exec?.environment).toMatchObject({
      RUNNER_TRACKING_ID: expect.stringMatching(/^\/evil\.so:x+$/u),
      GITHUB_ACTION: "after",
    });
    expect(exec?.environmentTruncated).toBe(true);
  });

  test.for([4070, 4076, 4078, 4079, 4080, 4081, 4082, 4083, 4090, 4096, 8190])(
    "an unwatched value of %d bytes does not shift what follows it",
    async (length) => {
      const env = { SECRET_TOKEN: "x".repeat(length), LD_PRELOAD: "" };
      const observed = await observe([buildProgram("end"), "exit", "0"], { sensor, env });
      expect(ofKind(observed, "exec")[0]?.environment).toEqual({ LD_PRELOAD: "" });
    },
  );

  test("an unwatched value cannot pass itself off as a watched variable at a cut", async () => {
    const forged = "GITHUB_ACTION=forged";
    const value = "\n".repeat(4095 - "SECRET_TOKEN=".length) + forged;
    const observed = await observe([buildProgram("end"), "exit", "0"], {
      sensor,
      env: { SECRET_TOKEN: value },
    });
    expect(ofKind(observed, "exec")[0]?.environment).toEqual({});
  });

  test("variables beyond the most that are looked at are marked as missing", async () => {
    const many = Object.fromEntries(Array.from({ length: 8300 }, (_, index) => [`V${index}`, "1"]));
    const observed = await observe([buildProgram("end"), "exit", "0"], {
      sensor,
      env: { ...many, LD_PRELOAD: "" },
    });
    expect(ofKind(observed, "exec")[0]).toMatchObject({ environmentTruncated: true });
  });
});
