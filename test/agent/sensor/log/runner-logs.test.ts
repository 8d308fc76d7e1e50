import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";

import { expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";
import { LogFolder } from "./watched-logs.ts";

const { root } = requires;

const STAMP = "2026-11-21T23:00:00.0000000Z";
const TIMELINE = randomUUID();

/** Writes to the step's and the job's pages and blocks, as the runner does. */
class FakeRunner {
  readonly diagnostics: string;
  readonly #folder: LogFolder;
  readonly #job = randomUUID();

  constructor(folder: LogFolder) {
    this.#folder = folder;
    this.diagnostics = `${folder.root}/runner/_diag`;
  }

  write(record: string, lines: readonly string[], part = 1): void {
    // A writer of UTF-8 in .NET begins with a byte order mark.
    const text = lines.map((line) => `${STAMP} ${line}\n`).join("");
    for (const of of [record, this.#job]) {
      for (const path of this.#pathsOf(of, part)) appendFileSync(path, text);
    }
  }

  upload(record: string): void {
    for (const path of this.#pathsOf(record, 1)) rmSync(path);
  }

  #pathsOf(record: string, part: number): string[] {
    const place = this.diagnostics.slice(this.#folder.root.length + 1);
    const name = `${TIMELINE}_${record}`;
    return [
      this.#folder.path(place, "pages", `${name}_${part}.log`),
      this.#folder.path(place, "blocks", `${name}.${part}`),
    ];
  }
}

test("a secret is told once, with the step that printed it and its line", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  const [first, second] = [randomUUID(), randomUUID()];
  runner.write(first, ["\uFEFF##[group]Run npm test", "npm test", "##[endgroup]", "ok"]);
  await sensor.flush();
  runner.upload(first);
  runner.write(second, ["##[group]Run ./deploy.sh", "##[endgroup]", "SECRET-one"]);
  await sensor.flush();
  runner.upload(second);
  await sensor.flush();

  expect(told).toEqual(['log of the step "Run ./deploy.sh", line 3: SECRET-one']);
});

test("what is printed again is told again, and no copy of it", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  const record = randomUUID();
  runner.write(record, ["SECRET-one", "SECRET-one", "SECRET-two"]);
  await sensor.flush();
  runner.write(record, ["SECRET-one"]);
  await sensor.flush();

  expect(told).toEqual([
    "job log, line 1: SECRET-one",
    "job log, line 2: SECRET-one",
    "job log, line 3: SECRET-two",
    "job log, line 4: SECRET-one",
  ]);
});

test("further parts of a log go by the title of the first", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  const record = randomUUID();
  runner.write(record, ["##[group]Run make"]);
  await sensor.flush();
  runner.write(record, ["SECRET-one"], 2);
  await sensor.flush();

  expect(told).toEqual(['log of the step "Run make", part 2, line 1: SECRET-one']);
});

test("a title holds no secret and nothing that does something", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  runner.write(randomUUID(), [`##[group]Run echo SECRET-one \u001B[2J${"x".repeat(9_000)}`]);
  await sensor.flush();

  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^log of the step "Run echo \[redacted\] \\x1b\[2Jx+…?x*", line 1: SECRET-one$/,
  );
  expect(told[0]?.length).toBeLessThan(200);
});

test("what the runner has masked is no finding", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  runner.write(randomUUID(), ["token: ***"]);
  await sensor.flush();

  expect(told).toEqual([]);
  expect(sensor.status().status).toBe("active");
});

test("a runner that comes later is read", async () => {
  await using folder = new LogFolder();
  const runner = new FakeRunner(folder);
  const { told, sensor } = folder.watch([runner.diagnostics]);
  expect(sensor.status()).toMatchObject({
    status: "unavailable",
    reason: `${runner.diagnostics} does not exist yet`,
  });
  runner.write(randomUUID(), ["SECRET-one"]);

  await expect.poll(() => told).toEqual(["job log, line 1: SECRET-one"]);
});

test("a runner without blocks is an older one", async () => {
  await using folder = new LogFolder();
  writeFileSync(folder.path("_diag", "pages", "a_b_1.log"), "SECRET-one\n");
  const { told, sensor } = folder.watch([folder.path("_diag")]);

  expect(told).toEqual(["job log, line 1: SECRET-one"]);
  expect(sensor.status().status).toBe("active");
});

/** As in a container: nobody else sees these files, or not at this path. */
const ELSEWHERE = [
  { what: "mounts of its own, seen by two processes,", exec: '"$1/bin/Runner.Worker" 60' },
  {
    what: "a root of its own",
    // With what the program is linked with.
    exec: `sh -c 'cd "$0"; ldd /bin/sleep | grep -o "/[^ ]*" | xargs cp --parents -L -t .; exec chroot . /bin/Runner.Worker 60' "$1"`,
  },
];

test.skipIf(!root.available).each(ELSEWHERE)(
  `the log of a runner with $what is read where that has it${root.note}`,
  async ({ exec }) => {
    await using folder = new LogFolder();
    const name = `SECRET-${randomUUID().slice(0, 8)}`;
    const mounted = folder.path("mounted");
    mkdirSync(mounted);
    const script = `
      mount -t tmpfs none "$1" && mkdir -p "$1/bin" "$1/_diag/pages" || exit
      cp /bin/sleep "$1/bin/Runner.Worker" && echo ${name} >"$1/_diag/pages/a_b_1.log"
      exec ${exec}`;
    const args = ["--mount", "sh", "-c", script, "sh", mounted];
    const runner = spawn("unshare", args, { detached: true });
    try {
      const { told, sensor } = folder.watch([{ kind: "runner", runnerTemp: undefined }]);
      await expect.poll(() => told).toContain(`job log, line 1: ${name}`);
      await sensor.flush();
      expect(told.filter((one) => one.includes(name))).toHaveLength(1);
    } finally {
      if (runner.pid !== undefined) process.kill(-runner.pid, "SIGKILL");
      await once(runner, "exit");
    }
  },
);
