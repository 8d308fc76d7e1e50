import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openReportFile, openSummaryFile } from "../../../agent/report/report-file.ts";
import { requires } from "../../support/requires.ts";

const WRITER = join(import.meta.dirname, "write-report.ts");
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const { root } = requires;

let directory: string;
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "report-file-"));
  chmodSync(directory, 0o755);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("a report", () => {
  test("is a new file, and nothing is there before it is written", () => {
    const file = openReportFile(at("report.json"), "--report");
    expect(readdirSync(directory)).toEqual([]);

    file.write(["one", "", "two"]);

    expect(readFileSync(at("report.json"), "utf8")).toBe("onetwo");
    expect(readdirSync(directory)).toEqual(["report.json"]);
  });

  test("replaces what was there, and whoever has that open still has it whole", () => {
    writeFileSync(at("report.json"), "the former report");
    const reader = openSync(at("report.json"), "r");
    openReportFile(at("report.json"), "--report").write(["new"]);

    expect(readFileSync(reader, "utf8")).toBe("the former report");
    expect(readFileSync(at("report.json"), "utf8")).toBe("new");
    closeSync(reader);
  });

  test("larger than any buffer arrives whole", () => {
    const part = "0123456789\u{1f600}".repeat(1_000);
    const parts = Array.from({ length: 500 }, () => part);
    openReportFile(at("report.json"), "--report").write(parts);

    expect(readFileSync(at("report.json"), "utf8") === part.repeat(500)).toBe(true);
  });

  test("whose making fails leaves what was there, and nothing else", () => {
    writeFileSync(at("report.json"), "the former report");
    const file = openReportFile(at("report.json"), "--report");

    expect(() => file.write(failing())).toThrow("cannot be rendered");
    expect(readFileSync(at("report.json"), "utf8")).toBe("the former report");
    expect(readdirSync(directory)).toEqual(["report.json"]);
  });

  test("has a name as long as a name may be", () => {
    const name = "r".repeat(255);
    openReportFile(at(name), "--report").write(["x"]);

    expect(readdirSync(directory)).toEqual([name]);
  });
});

describe("what a job puts at the report's path", () => {
  test("a symbolic link is replaced and not followed", () => {
    writeFileSync(at("precious"), "precious");
    const file = openReportFile(at("report.json"), "--report");
    symlinkSync(at("precious"), at("report.json"));
    file.write(["report"]);

    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(lstatSync(at("report.json")).isFile()).toBe(true);
    expect(readFileSync(at("report.json"), "utf8")).toBe("report");
  });

  test("a hard link is replaced and not written through", () => {
    writeFileSync(at("precious"), "precious");
    const file = openReportFile(at("report.json"), "--report");
    linkSync(at("precious"), at("report.json"));
    file.write(["report"]);

    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(readFileSync(at("report.json"), "utf8")).toBe("report");
  });

  test("a FIFO is replaced and not waited for", () => {
    const file = openReportFile(at("report.json"), "--report");
    makeFifo(at("report.json"));
    file.write(["report"]);

    expect(readFileSync(at("report.json"), "utf8")).toBe("report");
  });

  test("a directory is an error, and nothing else is left", () => {
    const file = openReportFile(at("report.json"), "--report");
    mkdirSync(at("report.json"));

    expect(() => file.write(["report"])).toThrow("EISDIR");
    expect(readdirSync(directory)).toEqual(["report.json"]);
  });

  test("nothing, not even a directory to hold it, is an error", () => {
    mkdirSync(at("out"));
    const file = openReportFile(at("out/report.json"), "--report");
    rmSync(at("out"), { recursive: true });

    expect(() => file.write(["report"])).toThrow("ENOENT");
  });

  test("a directory made anew takes the report", () => {
    mkdirSync(at("out"));
    const file = openReportFile(at("out/report.json"), "--report");
    rmSync(at("out"), { recursive: true });
    mkdirSync(at("out"));
    file.write(["report"]);

    expect(readFileSync(at("out/report.json"), "utf8")).toBe("report");
  });
});

describe.each([
  ["--report", openReportFile],
  ["--summary", openSummaryFile],
])("what cannot be written is said before the job, with what to do: %s", (option, open) => {
  test("a directory", () => {
    expect(() => open(directory, option)).toThrow(
      expect.objectContaining({
        code: "output-unwritable",
        message: `${option}: ${directory} is a directory; name a file in it`,
      }),
    );
  });

  test("a directory that is not there", () => {
    const path = at("missing/report.json");

    expect(() => open(path, option)).toThrow(
      `${option}: cannot write ${path}: there is no directory ${at("missing")}; make it first, or give another path`,
    );
  });

  test("a directory that is a file", () => {
    writeFileSync(at("file"), "", { mode: 0o755 });

    expect(() => open(at("file/report.json"), option)).toThrow(
      `${at("file")} is not a directory; give another path`,
    );
  });

  test("a name that is too long", () => {
    expect(() => open(at("r".repeat(256)), option)).toThrow("(ENAMETOOLONG); give a path");
  });

  test.each(["precious", "nowhere", "link"])("a link that leads to %s", (target) => {
    writeFileSync(at("precious"), "precious");
    symlinkSync(at(target), at("link"));

    expect(() => open(at("link"), option)).toThrow(
      `${option}: ${at("link")} is a symbolic link, which an earlier step may have made; give the path that it leads to`,
    );
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(existsSync(at("nowhere"))).toBe(false);
  });

  test("a link to a device", () => {
    symlinkSync("/dev/null", at("link"));

    expect(() => open(at("link"), option)).toThrow("is a symbolic link");
  });

  test("a FIFO that nobody reads, which would hold up the start", () => {
    makeFifo(at("fifo"));

    expect(() => open(at("fifo"), option)).toThrow(
      `${option}: cannot write ${at("fifo")}: nobody reads from it; start its reader first`,
    );
  });

  test("a directory of someone else", () => {
    chmodSync(directory, 0o555);

    expect(writeAsNobody(option, at("report.json"))).toBe(
      `AgentError: ${option}: cannot write ${at("report.json")} (EACCES); give a path in a directory that you may write to`,
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  test("a file of someone else", () => {
    chmodSync(directory, 0o777);
    writeFileSync(at("report.json"), "theirs");
    chmodSync(at("report.json"), 0o444);

    expect(writeAsNobody(option, at("report.json"))).toContain("(EACCES); give a path");
    expect(readFileSync(at("report.json"), "utf8")).toBe("theirs");
    expect(readdirSync(directory)).toEqual(["report.json"]);
  });
});

describe("a FIFO", () => {
  const bounds = { patienceMs: 100 };

  test("gets the report, however slowly it is read", async () => {
    makeFifo(at("fifo"));
    const received = openSync(at("received"), "w");
    const reader = spawn("cat", [at("fifo")], { stdio: ["ignore", received, "inherit"] });
    const ended = once(reader, "close");
    const file = await openOnceRead(at("fifo"));
    const text = "0123456789".repeat(50_000);
    file.write([text]);
    await ended;
    closeSync(received);

    expect(readFileSync(at("received"), "utf8") === text).toBe(true);
  });

  test("whose reader is gone is an error", () => {
    makeFifo(at("fifo"));
    const reader = openReader(at("fifo"));
    const file = openReportFile(at("fifo"), "--report", bounds);
    closeSync(reader);

    expect(() => file.write(["report"])).toThrow("EPIPE");
  });

  test("whose reader reads nothing is given up after a while", () => {
    makeFifo(at("fifo"));
    const reader = openReader(at("fifo"));
    const file = openReportFile(at("fifo"), "--report", bounds);

    expect(() => file.write(["x".repeat(1_000_000)])).toThrow(
      "whoever reads it took nothing for 0.1 s",
    );
    expect(readSync(reader, Buffer.alloc(16))).toBe(16);
    closeSync(reader);
  });
});

describe("a device", () => {
  test("is written to, and a full one is an error", () => {
    openReportFile("/dev/null", "--report").write(["report"]);
    const full = openReportFile("/dev/full", "--report");

    expect(() => full.write(["report"])).toThrow("ENOSPC");
  });

  test("that stands for standard output gets the report after what is there, and stays", () => {
    const output = openSync(at("output"), "a");
    const before = lstatSync("/dev/stdout").ino;
    spawnSync("echo", ["built"], { stdio: ["ignore", output, "ignore"] });
    const error = write({ stdout: output }, "report", "/dev/stdout", "report\n");
    spawnSync("echo", ["done"], { stdio: ["ignore", output, "ignore"] });
    closeSync(output);

    expect(error).toBeNull();
    expect(readFileSync(at("output"), "utf8")).toBe("built\nreport\ndone\n");
    expect(lstatSync("/dev/stdout").ino).toBe(before);
    expect(lstatSync("/dev/stdout").isSymbolicLink()).toBe(true);
  });
});

describe("a summary", () => {
  test("goes after what is there", () => {
    writeFileSync(at("summary.md"), "before\n");
    const file = openSummaryFile(at("summary.md"), "--summary");
    writeFileSync(at("summary.md"), "by the job\n", { flag: "a" });
    expect(file.bytesThere()).toBe("before\nby the job\n".length);
    file.write(["after\n"]);

    expect(readFileSync(at("summary.md"), "utf8")).toBe("before\nby the job\nafter\n");
  });

  test("that the job deletes is an error and no silence", () => {
    const file = openSummaryFile(at("summary.md"), "--summary");
    rmSync(at("summary.md"));

    expect(() => file.write(["text"])).toThrow("it was deleted while the job ran");
  });

  test("that the job replaces by a link does not go where that points", () => {
    writeFileSync(at("precious"), "precious");
    const file = openSummaryFile(at("summary.md"), "--summary");
    rmSync(at("summary.md"));
    symlinkSync(at("precious"), at("summary.md"));

    expect(() => file.write(["text"])).toThrow("it was deleted while the job ran");
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
  });
});

describe.skipIf(!root.available)(`a full disk${root.note}`, () => {
  test("is an error that leaves the former report and no other file", () => {
    const script = `
      const { readdirSync, writeFileSync } = require("node:fs");
      const { spawnSync } = require("node:child_process");
      const [node, writer, directory] = process.argv.slice(1);
      const path = directory + "/report.json";
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
      writeFileSync(path, "the former report");
      const { stderr } = spawnSync(node, [writer, "report", path, "x".repeat(100000)]);
      const text = require("node:fs").readFileSync(path, "utf8");
      process.stdout.write(JSON.stringify({ said: String(stderr), files: readdirSync(directory), text }));
    `;
    const args = ["--mount", process.execPath, "-e", script, process.execPath, WRITER, directory];
    const { said, files, text } = JSON.parse(execFileSync("unshare", args, { encoding: "utf8" }));

    expect(said).toContain("ENOSPC");
    expect(files).toEqual(["report.json"]);
    expect(text).toBe("the former report");
  });
});

function* failing(): Generator<string> {
  yield "x".repeat(100_000);
  throw new Error("cannot be rendered");
}

function makeFifo(path: string): void {
  execFileSync("mkfifo", [path]);
}

/** Without waiting for a writer. */
function openReader(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

async function openOnceRead(path: string) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return openReportFile(path, "--report", { patienceMs: 10_000 });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      // oxlint-disable-next-line no-await-in-loop -- Each try comes after the one before.
      await delay(10);
    }
  }
}

function writeAsNobody(option: string, path: string): string | null {
  const isRoot = process.geteuid?.() === 0;
  const prefix = isRoot ? ["setpriv", ...NOBODY] : [];
  return write({ prefix }, option.slice("--".length), path, "text");
}

/** What a process of its own said went wrong. */
function write(
  { prefix = [], stdout = "ignore" }: { prefix?: readonly string[]; stdout?: "ignore" | number },
  ...args: readonly string[]
): string | null {
  const [program = "", ...rest] = [...prefix, process.execPath, WRITER, ...args];
  const run = spawnSync(program, rest, { stdio: ["ignore", stdout, "pipe"], encoding: "utf8" });
  const outcome: { error: string | null } = JSON.parse(run.stderr);
  return outcome.error;
}
