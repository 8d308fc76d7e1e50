import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { end, type Ended, GUARD, type StartOptions, Workplace } from "./guard.ts";

/** Made anew for each run, so that no file holds anything that looks like a token. */
const TOKEN = `ghp_${randomBytes(18).toString("hex")}`;
const VALUE = randomBytes(12).toString("hex");
const LOG = `one\ntwo ${TOKEN} three\n`;

async function redact(
  args: readonly string[],
  options: StartOptions & { readonly place?: Workplace } = {},
): Promise<Ended> {
  using own = new Workplace();
  return await (options.place ?? own).run(["redact", ...args], options);
}

/** A shell's pipeline, for what is about several programs. */
function runInShell(script: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync("bash", ["-c", script, "bash", GUARD], { encoding: "utf8", timeout: 45_000 });
}

describe("a log", () => {
  test("comes out with marks in place of secrets", async () => {
    const { stdout, stderr, status } = await redact([], { input: LOG });

    expect({ stdout: stdout.toString(), stderr, status }).toEqual({
      stdout: "one\ntwo *** three\n",
      stderr: "",
      status: 0,
    });
  });

  test("is read from a file where one is named", async () => {
    using place = new Workplace();
    place.write("build.log", LOG);
    const { stdout, status } = await redact(["build.log"], { place });

    expect({ stdout: stdout.toString(), status }).toEqual({
      stdout: "one\ntwo *** three\n",
      status: 0,
    });
  });

  test("that is none comes out as none", async () => {
    expect(await redact([], { input: "" })).toMatchObject({ status: 0, stderr: "" });
  });

  test("of any bytes keeps every one of them", async () => {
    const bytes = Buffer.concat([randomBytes(300_000), Buffer.from([0, 0xff, 0x0a, 0xfe, 0x0d])]);
    const { stdout, status } = await redact(["--rules", "none"], { input: bytes });

    expect(status).toBe(0);
    expect(stdout.equals(bytes)).toBe(true);
  });

  test("that was redacted stays as it is", async () => {
    const first = await redact([], { input: LOG });
    const twice = await redact([], { input: first.stdout });

    expect(twice.stdout.toString()).toBe(first.stdout.toString());
  });

  test("comes out line by line, while it goes on", async () => {
    using place = new Workplace();
    const child = place.start(["redact"]);
    child.stdin?.write(LOG);
    const [shown] = await once(child.stdout ?? child, "data");
    child.stdin?.end();

    expect(String(shown)).toBe("one\ntwo *** three\n");
    expect((await end(child)).status).toBe(0);
  });
});

describe("given values", () => {
  test.each(["*VALUE*", "SAMPLE_*", "sample_value", "SAMPLE_VALUE"])(
    "those of variables that %s names are masked, plain and encoded",
    async (pattern) => {
      const encoded = Buffer.from(`: ${VALUE}!`).toString("base64");
      const { stdout, stderr } = await redact(["--secrets-from-env", pattern], {
        env: { SAMPLE_VALUE: VALUE },
        input: `${VALUE}\n${encoded}\n`,
      });

      expect(stderr).toBe("");
      expect(stdout.toString()).toMatch(/^\*\*\*\n.{0,4}\*\*\*.{0,4}\n$/);
    },
  );

  test("each line of a file is masked, of whatever system it is", async () => {
    using place = new Workplace();
    const other = randomBytes(9).toString("hex");
    place.write("secrets", `\uFEFF${VALUE}\r\n\r\n\n${other}`);
    const { stdout, stderr } = await redact(["--secrets-file", "secrets"], {
      place,
      input: `${VALUE}, ${other}.\n`,
    });

    expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: "***, ***.\n", stderr: "" });
  });

  test("several patterns and files add up", async () => {
    using place = new Workplace();
    const values = Array.from({ length: 4 }, () => randomBytes(9).toString("hex"));
    for (const [index, name] of ["a", "b"].entries()) place.write(name, values[index]);
    const { stdout } = await redact(
      "--secrets-file a --secrets-file b --secrets-from-env FIRST --secrets-from-env SECOND".split(
        " ",
      ),
      { place, env: { FIRST: values[2] ?? "", SECOND: values[3] ?? "" }, input: values.join(" ") },
    );

    expect(stdout.toString()).toBe("*** *** *** ***");
  });

  test("a file may be what another program prints", () => {
    const script = `echo 'a ${VALUE} b' | "$1" redact --secrets-file <(echo '${VALUE}')`;

    expect(runInShell(script)).toMatchObject({ stdout: "a *** b\n", stderr: "", status: 0 });
  });

  test("a value that is refused is named by its variable alone", async () => {
    const { stdout, stderr, status } = await redact(["--secrets-from-env", "ODD_*"], {
      env: { ODD_SHORT: "q7!", ODD_COMMON: "true", ODD_EMPTY: "" },
      input: "q7! true\n",
    });

    expect({ stdout: stdout.toString(), status }).toEqual({ stdout: "q7! true\n", status: 0 });
    expect(stderr).toContain("warning: ODD_SHORT is too short to be masked\n");
    expect(stderr).toContain("warning: ODD_COMMON is what any log holds, and is not masked\n");
    expect(stderr).not.toMatch(/q7!|true|ODD_EMPTY/);
  });

  test("a pattern that names no variable is a warning", async () => {
    const { stderr, status } = await redact(["--secrets-from-env", "NO_SUCH_*"], { input: "" });

    expect(status).toBe(0);
    expect(stderr).toBe(
      "runner-guard: warning: --secrets-from-env: no variable is named NO_SUCH_*\n",
    );
  });
});

describe("--stats", () => {
  test("says on standard error what was seen, and no value", async () => {
    const { stdout, stderr, status } = await redact(
      ["--stats", "--secrets-from-env", "SAMPLE_VALUE"],
      { env: { SAMPLE_VALUE: VALUE }, input: `${LOG}${VALUE}` },
    );

    expect({ stdout: stdout.toString(), status }).toEqual({
      stdout: "one\ntwo *** three\n***",
      status: 0,
    });
    expect(stderr).toMatch(
      /^runner-guard: 3 lines, \d+ bytes\nrunner-guard: 2 secrets: .*known-value 1/,
    );
    expect(stderr).toContain("1 known value, 0 refused");
    expect(stderr).not.toContain(VALUE);
  });
});

describe("--check", () => {
  test("tells where secrets are instead of showing the log, and ends with 1", async () => {
    const { stdout, stderr, status } = await redact(["--check"], { input: LOG });
    const text = stdout.toString();

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(text).toMatch(
      /^stdin:2:5: github-[a-z-]+ (?:certain|likely), fingerprint [0-9a-f]{16}\n/,
    );
    expect(text).toContain("1 secret in 2 lines");
    expect(text).not.toContain("three");
  });

  test("ends with 0 where there are none", async () => {
    const { stdout, status } = await redact(["--check"], { input: "one\ntwo" });

    expect({ stdout: stdout.toString(), status }).toEqual({
      stdout: "0 secrets in 2 lines\n",
      status: 0,
    });
  });

  test.each(["text", "json", "sarif"])("%s holds no value", async (format) => {
    const { stdout, status } = await redact(
      ["--check", "--format", format, "--secrets-from-env", "SAMPLE_VALUE"],
      { env: { SAMPLE_VALUE: VALUE }, input: `${LOG}a ${Buffer.from(VALUE).toString("hex")}\n` },
    );
    const text = stdout.toString();

    expect(status).toBe(1);
    expect(text).toContain("known-value");
    expect(text).toContain("SAMPLE_VALUE");
    for (const secret of [TOKEN, VALUE]) {
      expect(text).not.toContain(secret.slice(0, 8));
      expect(text).not.toContain(secret.slice(-6));
    }
  });

  test("a key makes the same fingerprints in every run, and another key others", async () => {
    using place = new Workplace();
    for (const name of ["a", "b"]) place.write(name, randomBytes(16).toString("hex"));
    const fingerprints: unknown[] = [];
    for (const key of ["a", "a", "b"]) {
      const args = ["--check", "--format", "json", "--fingerprint-key-file", key];
      const { stdout } = await redact(args, { place, input: LOG });
      fingerprints.push(JSON.parse(stdout.toString()).findings[0].fingerprint);
    }

    const env = { RUNNER_GUARD_FINGERPRINT_KEY: readFileSync(place.path("a"), "utf8") };
    const { stdout } = await redact(["--check", "--format", "json"], { env, input: LOG });
    fingerprints.push(JSON.parse(stdout.toString()).findings[0].fingerprint);

    expect(fingerprints[1]).toBe(fingerprints[0]);
    expect(fingerprints[2]).not.toBe(fingerprints[0]);
    expect(fingerprints[3]).toBe(fingerprints[0]);
  });

  test.each(["text", "json", "sarif"])("%s that cannot be written is a failure", (format) => {
    const { stderr, status } = runInShell(
      `echo text | "$1" redact --check --format ${format} >/dev/full`,
    );

    expect(status).toBe(2);
    expect(stderr).toMatch(/^runner-guard: the findings cannot be written: ENOSPC/);
  });

  test("does not hang on who reads its findings", () => {
    const script = `printf '${LOG}' | { "$1" redact --check; echo $? >&2; } | true`;

    expect(runInShell(script)).toMatchObject({ stderr: "1\n" });
  });
});

describe("at its ends", () => {
  test("a reader that has enough is no failure, and the writer hears of it", () => {
    const script = `yes 'a line' | "$1" redact | head -n 2; echo "\${PIPESTATUS[*]}"`;

    expect(runInShell(script)).toMatchObject({ stdout: "a line\na line\n141 0 0\n", stderr: "" });
  });

  test("a reader that stalls holds the writer up, and nothing is lost", () => {
    const script = `head -c 40000000 /dev/zero | "$1" redact | { sleep 1; wc -c; }`;

    expect(runInShell(script).stdout.trim()).toBe("40000000");
  });

  test("a full disk is a failure", () => {
    const { stderr, status } = runInShell(`echo text | "$1" redact >/dev/full`);

    expect(status).toBe(2);
    expect(stderr).toMatch(/^runner-guard: the output cannot be written: ENOSPC/);
  });

  test("a signal ends it after what was read is shown", async () => {
    using place = new Workplace();
    const child = place.start(["redact"]);
    child.stdin?.write(`${LOG}the rest`);
    await once(child.stdout ?? child, "data");
    child.kill("SIGTERM");
    const { signal } = await end(child);

    expect(signal).toBe("SIGTERM");
  });

  test("the log is not written to itself", () => {
    using place = new Workplace();
    place.write("build.log", LOG);
    const { status, stderr } = runInShell(
      `cd '${place.folder}' && "$1" redact build.log >>build.log`,
    );

    expect(status).toBe(2);
    expect(stderr).toContain("the log is also where the output goes");
  });
});

test("- is standard input", async () => {
  const { stdout, status } = await redact(["-"], { input: LOG });
  const without = await redact([], { input: LOG });

  expect(status).toBe(0);
  expect(stdout.toString()).toBe(without.stdout.toString());
});

describe("wrong usage ends with 2 and says what is wrong", () => {
  test.each([
    { args: ["missing.log"], says: /the log missing\.log does not exist: check the path/ },
    { args: ["folder"], says: /the log folder is a directory, and a log is a file/ },
    { args: ["a", "b"], says: /too many arguments/ },
    { args: ["--secrets-file", "missing"], says: /--secrets-file: missing does not exist/ },
    { args: ["--secrets-file", "folder"], says: /--secrets-file: folder is a directory/ },
    { args: ["--fingerprint-key-file", "no"], says: /--fingerprint-key-file: no does not exist/ },
    {
      args: ["--secrets-file", "/dev/zero"],
      says: /--secrets-file: \/dev\/zero has more than/,
    },
    { args: ["--secrets-file"], says: /argument missing/ },
    { args: ["--secrets-from-env"], says: /argument missing/ },
    { args: ["--rules", "everything"], says: /--rules: "everything" is not known; expected/ },
    { args: ["--check", "--format", "xml"], says: /Allowed choices are text, json, sarif/ },
    { args: ["--format", "json"], says: /give --check too/ },
    { args: ["--fingerprint-key-file", "short"], says: /needs at least 16/ },
    { args: ["--unmask"], says: /unknown option '--unmask'\nTry `runner-guard redact --help`/ },
  ])("$args", async ({ args, says }) => {
    using place = new Workplace();
    place.write("short", "abc");
    mkdirSync(place.path("folder"));
    const { stdout, stderr, status } = await redact(args, { place, input: LOG });

    expect({ stdout: stdout.toString(), status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^runner-guard: /);
  });

  test.each([
    { what: "empty", text: "" },
    { what: "binary", text: "\u007fELF\u0000\u0000" },
  ])("a file of secrets that is $what ends it", async ({ text }) => {
    using place = new Workplace();
    place.write("secrets", text);
    const { stderr, status } = await redact(["--secrets-file", "secrets"], { place, input: LOG });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^runner-guard: secrets /);
  });
});

test("help says what it does, with its exit statuses", async () => {
  const { stdout, status } = await redact(["--help"]);
  const text = stdout.toString();

  expect(status).toBe(0);
  expect([0, 1, 2].filter((code) => !text.includes(`\n  ${code}  `))).toEqual([]);
  expect(text).toContain("make 2>&1 | runner-guard redact --secrets-from-env '*TOKEN*'");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
