import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { LogFolder } from "./watched-logs.ts";

test("what a process writes to its log is told while it writes", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  const { told, sensor } = folder.watch([path]);
  const script = `exec >${path}; echo begin; echo SECRET-one; sleep 60; echo never`;
  const job = spawn("sh", ["-c", script]);
  try {
    await expect.poll(() => told).toEqual(["log /build.log, line 2: SECRET-one"]);
    expect(job.exitCode).toBeNull();
    expect(sensor.status()).toEqual({
      name: "log",
      status: "active",
      eventsSeen: 2,
      eventsDropped: 0,
    });
  } finally {
    job.kill();
    await once(job, "exit");
  }
});

test("what was there before is read from its beginning", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "a\nb SECRET-one\n");

  expect(folder.watch([path]).told).toEqual(["log /build.log, line 2: SECRET-one"]);
});

test("a line that is not ended is told when nothing follows it, or at the end", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "SECRET-one");
  const { told, sensor } = folder.watch([path]);
  await expect.poll(() => told).toHaveLength(1);
  appendFileSync(path, "\nSECRET-two");
  await sensor.end();

  expect(told.at(-1)).toContain("SECRET-two");
});

test("a log that is rotated is read to the end, and the new one from its beginning", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  const descriptor = openSync(path, "w");
  const { told, sensor } = folder.watch([path]);
  writeSync(descriptor, "SECRET-one\n");
  await sensor.flush();
  writeSync(descriptor, "SECRET-two\n");
  renameSync(path, folder.path("build.log.1"));
  writeFileSync(path, "SECRET-three\n");
  await sensor.flush();
  writeSync(descriptor, "SECRET-late\n");
  await sensor.flush();
  closeSync(descriptor);

  expect(new Set(told.map((one) => one.split(": ").at(-1)))).toEqual(
    new Set(["SECRET-one", "SECRET-two", "SECRET-three", "SECRET-late"]),
  );
  expect(told).toHaveLength(4);
});

test("a log that is deleted is read to its end all the same", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "begin\n");
  const { told, sensor } = folder.watch([path]);
  appendFileSync(path, "SECRET-one\n");
  unlinkSync(path);
  await sensor.flush();

  expect(told).toEqual(["log /build.log, line 2: SECRET-one"]);
});

test("a log that is cut short is read anew, and what may be lost is said", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "one\ntwo\n");
  const { told, sensor } = folder.watch([path]);
  truncateSync(path);
  await sensor.flush();
  appendFileSync(path, "SECRET-one\n");
  await sensor.flush();

  expect(told).toEqual(["log /build.log, line 1: SECRET-one"]);
  expect(sensor.status()).toMatchObject({
    status: "degraded",
    eventsDropped: 1,
    reason: "a log was cut short once, and what was unread of it is lost",
  });
});

test("links, pipes and directories in the place of logs are refused, and told", async () => {
  await using folder = new LogFolder();
  writeFileSync(folder.path("elsewhere"), "SECRET-elsewhere\n");
  symlinkSync(folder.path("elsewhere"), folder.path("logs", "link\u001B[2J.log"));
  spawnSync("mkfifo", [folder.path("logs", "pipe.log")]);
  mkdirSync(folder.path("logs", "directory.log"));
  writeFileSync(folder.path("logs", "real.log"), "SECRET-real\n");
  const { told, sensor } = folder.watch([folder.path("logs")]);
  await sensor.flush();

  expect(told).toEqual(["log /logs/real.log, line 1: SECRET-real"]);
  const { status, reason, eventsDropped } = sensor.status();
  expect([status, eventsDropped]).toEqual(["degraded", 3]);
  expect(reason).toMatch(/is not read: it is a .* \(and 2 more files\)$/);
  expect(reason).not.toContain("\u001B");
});

test("a link in the place of the directory leads nowhere", async () => {
  await using folder = new LogFolder();
  writeFileSync(folder.path("elsewhere", "a.log"), "SECRET-elsewhere\n");
  writeFileSync(folder.path("job", "logs", "a.log"), "SECRET-one\n");
  const { told, sensor } = folder.watch([folder.path("job", "logs")]);
  renameSync(folder.path("job"), folder.path("moved"));
  symlinkSync(folder.path("elsewhere"), folder.path("logs"));
  symlinkSync(folder.root, folder.path("job"));
  mkdirSync(folder.path("elsewhere", "logs"));
  await sensor.flush();

  expect(told).toEqual(["log /job/logs/a.log, line 1: SECRET-one"]);
  expect(sensor.status()).toMatchObject({ status: "unavailable" });
});

test("a directory that appears later is read from then on", async () => {
  await using folder = new LogFolder();
  const { told, sensor } = folder.watch([`${folder.root}/job/logs/`]);
  expect(sensor.status()).toMatchObject({
    status: "unavailable",
    reason: `${folder.root}/job/logs does not exist yet`,
  });
  writeFileSync(folder.path("job", "logs", "a.log"), "SECRET-one\n");

  await expect.poll(() => told).toEqual(["log /job/logs/a.log, line 1: SECRET-one"]);
  expect(sensor.status().status).toBe("active");
});

test("a directory that is replaced is read where its path leads", async () => {
  await using folder = new LogFolder();
  writeFileSync(folder.path("logs", "a.log"), "one\n");
  const { told, sensor } = folder.watch([folder.path("logs")]);
  rmSync(folder.path("logs"), { recursive: true });
  writeFileSync(folder.path("logs", "a.log"), "SECRET-two\n");
  await sensor.flush();

  expect(told).toEqual(["log /logs/a.log, line 1: SECRET-two"]);
});

test("a thousand files are all read, some at a time, also when they grow again", async () => {
  await using folder = new LogFolder();
  const names = Array.from({ length: 1_000 }, (_, index) => `${index}.log`);
  for (const name of names) writeFileSync(folder.path("logs", name), `SECRET-${name}\n`);
  const before = readdirSync("/proc/self/fd").length;
  const { told, sensor } = folder.watch([folder.path("logs")], { maxOpenFiles: 8 });
  await sensor.flush();

  expect(told).toHaveLength(1_000);
  expect(readdirSync("/proc/self/fd").length - before).toBeLessThan(20);
  for (const name of names) appendFileSync(folder.path("logs", name), "SECRET-again\n");
  await sensor.flush();
  expect(told.filter((one) => one.endsWith("line 2: SECRET-again"))).toHaveLength(1_000);
  expect(sensor.status()).toMatchObject({ status: "active", eventsSeen: 2_000, eventsDropped: 0 });
});

test("more files than may be followed are counted", async () => {
  await using folder = new LogFolder();
  for (let index = 0; index < 10; index += 1) writeFileSync(folder.path("logs", `${index}`), "a\n");
  const { sensor } = folder.watch([folder.path("logs")], { maxFiles: 5 });
  await sensor.flush();

  expect(sensor.status()).toMatchObject({
    status: "degraded",
    reason: "there are more files than are followed",
    eventsSeen: 5,
  });
});

test("what comes faster than it is read is skipped and counted, and the end is read", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "");
  const { told, sensor } = folder.watch([path], { maxBacklogBytes: 1_000 });
  writeFileSync(path, `SECRET-first\n${"x".repeat(100_000)}\nSECRET-last\n`);
  await sensor.flush();

  expect(told.map((one) => one.split(": ").at(-1))).toEqual(["SECRET-last"]);
  expect(sensor.status()).toMatchObject({
    status: "degraded",
    reason: "99026 bytes were written faster than they are read, and skipped",
  });
});

test("a huge line is read in pieces, within the bound of each look", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, `${"x".repeat(3_000_000)} SECRET-one\n`);
  const { told, sensor } = folder.watch([path], { maxBytesPerTick: 100_000 });
  await sensor.flush();

  expect(told).toEqual(["log /build.log, line 1: SECRET-one"]);
});

test("one that never stops writing does not keep a report waiting", async () => {
  await using folder = new LogFolder();
  const path = folder.path("build.log");
  writeFileSync(path, "");
  const { sensor } = folder.watch([path], { flushMs: 300 });
  const job = spawn("sh", ["-c", `exec yes >${path}`]);
  try {
    await expect.poll(() => sensor.status().eventsSeen).toBeGreaterThan(0);
    const before = performance.now();
    await sensor.flush();
    expect(performance.now() - before).toBeLessThan(10_000);
  } finally {
    job.kill("SIGKILL");
    await once(job, "exit");
  }
});

test("standard input is read like a log", async () => {
  await using folder = new LogFolder();
  const stream = new PassThrough();
  const { told, sensor } = folder.watch([{ kind: "stream", stream }]);
  stream.write("one\nSECRET-one\nSECR");
  stream.write("ET-two");
  await expect
    .poll(() => told)
    .toEqual(["standard input, line 2: SECRET-one", "standard input, line 3: SECRET-two"]);
  await sensor.end();

  expect(stream.destroyed).toBe(true);
});

test("a link that is replaced by a file is read from then on", async () => {
  await using folder = new LogFolder();
  writeFileSync(folder.path("elsewhere"), "SECRET-elsewhere\n");
  symlinkSync(folder.path("elsewhere"), folder.path("logs", "a.log"));
  const { told, sensor } = folder.watch([folder.path("logs")]);
  rmSync(folder.path("logs", "a.log"));
  writeFileSync(folder.path("logs", "a.log"), "SECRET-one\n");
  await sensor.flush();

  expect(told).toEqual(["log /logs/a.log, line 1: SECRET-one"]);
});

test("of processes that write, rotate and delete at the same time nothing is missed or told twice", async () => {
  await using folder = new LogFolder();
  const names = ["a", "b", "c", "d"];
  const logs = folder.path("logs", "");
  const read = folder.path("read", "");
  for (const place of [logs, read]) mkdirSync(place, { recursive: true });
  const { told, sensor } = folder.watch([logs]);
  const found = (): string[] => told.map((one) => one.split(": ").at(-1) ?? "");
  const jobs = names.map((name) => spawn("sh", ["-c", WRITE_AND_ROTATE, "sh", logs, name, read]));
  const ended = Promise.all(jobs.map((job) => once(job, "exit")));
  // How soon a file may be deleted is the machine's load to say: each is read by then, and the next one is being written.
  await expect
    .poll(
      () => {
        for (const last of found().filter((one) => one.endsWith("9"))) {
          writeFileSync(folder.path("read", last), "");
        }
        return jobs.filter(({ exitCode }) => exitCode === null);
      },
      { interval: 10 },
    )
    .toEqual([])
    .finally(() => jobs.forEach((job) => job.kill()));
  await ended;
  await sensor.flush();

  const expected = names.flatMap((name) =>
    Array.from({ length: 100 }, (_, index) => `SECRET-${name}${index}`),
  );
  expect(found()).toHaveLength(expected.length);
  expect(new Set(found())).toEqual(new Set(expected));
  expect(sensor.status()).toMatchObject({ status: "active", eventsDropped: 0 });
});

test("a file that got the number of one that is gone is read from its beginning", async () => {
  let isSameNumber = false;
  // Somebody else on the machine may be given the number.
  for (let time = 0; time < MAX_TRIES && !isSameNumber; time += 1) {
    await using folder = new LogFolder();
    const [gone, next] = [folder.path("logs", "a.log"), folder.path("logs", "b.log")];
    const { told, sensor } = folder.watch([folder.path("logs", "")], { maxOpenFiles: 1 });
    writeFileSync(gone, "SECRET-one\n");
    await sensor.flush();
    // The first is closed for it.
    writeFileSync(folder.path("logs", "c.log"), "-\n");
    await sensor.flush();
    const { ino } = statSync(gone);
    unlinkSync(gone);
    writeFileSync(next, "SECRET-two\n");
    isSameNumber = statSync(next).ino === ino;
    await sensor.flush();

    expect(told.map((one) => one.split(": ").at(-1))).toEqual(["SECRET-one", "SECRET-two"]);
    expect(sensor.status()).toMatchObject({ status: "active", eventsDropped: 0 });
  }
  expect(isSameNumber).toBe(true);
});

const MAX_TRIES = 20;
/** Ten files of ten lines; each is renamed, and deleted when its last line was read, while the next one is written. */
const WRITE_AND_ROTATE = `
cd "$1"
for file in 0 1 2 3 4 5 6 7 8 9; do
  for line in 0 1 2 3 4 5 6 7 8 9; do
    [ $file = 0 ] && number=$line || number=$file$line
    echo "SECRET-$2$number" >>"$2.log"
  done
  mv "$2.log" "$2.$file"
  (until [ -e "$3/SECRET-$2$number" ] || [ ! -d "$3" ]; do sleep 0.02; done; rm "$2.$file") &
done
wait`;
