import { chmodSync, existsSync, mkdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { GUARD, Workplace } from "./guard.ts";
import { runHere } from "./run-here.ts";

const { root, bpf } = requires;
/** As on a machine that has no means to block. */
const UNARMED = ["--enforcement", "none"];
const STARTED = ["--", "touch", "started"];
/** One line, from the program, that ends without an exclamation or a stack. */
const SENTENCE = /^runner-guard: [^\n]+\n$/;

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly status: number;
  readonly says: RegExp;
  readonly env?: Record<string, string>;
  /** By the program that a user starts, and not by the command line alone. */
  readonly isWhole?: boolean;
}

describe("the command", () => {
  test.each<Case>([
    {
      name: "not there, by name",
      args: ["run", "--", "no-such-program"],
      status: 127,
      says: /"no-such-program" was not found in PATH: check the name/,
    },
    {
      name: "not there, by path",
      args: ["run", "--", "./no-such-program"],
      status: 127,
      says: /"\.\/no-such-program" was not found: check the path/,
    },
    {
      name: "an empty name",
      args: ["run", "--", ""],
      status: 127,
      says: /"" was not found/,
    },
    {
      name: "a file that may not be executed",
      args: ["run", "--", "./plain"],
      status: 126,
      says: /"\.\/plain" may not be executed: chmod \+x/,
    },
    {
      name: "a directory",
      args: ["run", "--", "./folder"],
      status: 126,
      says: /"\.\/folder" is a directory.*name a program in it/,
    },
    {
      name: "a script whose interpreter is not there",
      args: ["run", "--", "./orphan"],
      status: 127,
      says: /"\.\/orphan" is there, but not the interpreter.*check its first line/,
    },
    {
      name: "none at all",
      args: ["run"],
      status: 2,
      says: /no command to guard: give one after --, as in `runner-guard run -- npm ci`/,
    },
    { name: "none after --", args: ["run", "--"], status: 2, says: /no command to guard/ },
  ])("$name", async ({ args, status, says }) => {
    using place = new Workplace();
    place.write("plain", "echo plain\n");
    mkdirSync(place.path("folder"));
    place.write("orphan", "#!/no/such/interpreter\n");
    chmodSync(place.path("orphan"), 0o755);
    const [subcommand = "", ...rest] = args;
    const sensor = rest.length > 0 ? ["--sensor", "proc"] : [];
    const run = status === 2 ? runHere.bind(null, place) : place.run.bind(place);
    const ended = await run([subcommand, ...sensor, ...rest]);

    expect(ended.status).toBe(status);
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr).toMatch(SENTENCE);
    expect(ended.stdout).toHaveLength(0);
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });
});

describe("options", () => {
  test.each<Case>([
    {
      name: "one that is not known",
      args: ["run", "--reprot", "x", ...STARTED],
      status: 2,
      isWhole: true,
      says: /unknown option '--reprot', did you mean --report\?\nTry `runner-guard run --help`\.\n$/,
    },
    {
      name: "a value that is not known",
      args: ["run", "--sensor", "magic", ...STARTED],
      status: 2,
      says: /--sensor: "magic" is not possible; give auto, kernel or proc/,
    },
    {
      name: "a variable of a value that is not known",
      args: ["run", ...STARTED],
      status: 2,
      says: /RUNNER_GUARD_MODE: "loud" is not possible; give audit or block/,
      env: { RUNNER_GUARD_MODE: "loud" },
    },
    {
      name: "a number out of bounds",
      args: ["run", "--sample-period-ms", "49", ...STARTED],
      status: 2,
      says: /--sample-period-ms: "49" is not possible; give a whole number from 50 to 10000/,
    },
    {
      name: "a subcommand that is not known",
      args: ["rum"],
      status: 2,
      says: /unknown command 'rum', did you mean run\? \(to guard it: runner-guard run -- rum\)\nTry `runner-guard --help`/,
    },
    {
      name: "a subcommand of policy that is not known",
      args: ["policy", "chek", "policy.yml"],
      status: 2,
      says: /unknown command 'chek', did you mean check\?\nTry `runner-guard policy --help`\.\n$/,
    },
    {
      name: "an attack to play that is not known",
      args: ["simulate", "revers-shell"],
      status: 2,
      says: /there is no play for revers-shell, did you mean reverse-shell\?\n$/,
    },
    {
      name: "a policy that is a folder",
      args: ["run", "--policy", ".", ...STARTED],
      status: 2,
      says: /Policy file \. is a directory, and a policy is a file\./,
    },
    {
      name: "a report in a folder that is not there",
      isWhole: true,
      args: ["run", "--report", "no/such/folder/r.json", ...STARTED],
      status: 2,
      says: /--report: cannot write no\/such\/folder\/r\.json: there is no directory/,
    },
    {
      name: "a report that is a folder",
      args: ["run", "--report", ".", ...STARTED],
      status: 2,
      says: /--report: \. is a directory; name a file in it/,
    },
    {
      name: "a summary in a folder that is not there",
      args: ["run", "--summary", "no/such/folder/s.md", ...STARTED],
      status: 2,
      says: /--summary: cannot write no\/such\/folder\/s\.md: there is no directory/,
    },
    {
      name: "incidents in a folder that is not there",
      args: ["run", ...UNARMED, "--incident-dir", "no/such/folder/incident", ...STARTED],
      status: 2,
      says: /--incident-dir: cannot write no\/such\/folder\/incident: there is no directory/,
    },
    {
      name: "enforcement, which is not to be had",
      args: ["run", ...UNARMED, "--require", "enforcement", ...STARTED],
      status: 69,
      says: /--require enforcement: .*cannot be refused here/,
    },
    {
      name: "two requirements by two flags, the first of which is not to be had",
      args: ["run", ...UNARMED, "--require", "enforcement", "--require", "kernel", ...STARTED],
      status: 69,
      says: /--require enforcement: .*cannot be refused here/,
    },
    {
      name: "block mode where nothing weaker will do",
      args: ["run", ...UNARMED, "--mode", "block", "--fail-on", "degraded", ...STARTED],
      status: 69,
      says: /mode block cannot be had, only audit: .*--mode audit asks for less, and a --fail-on without degraded, such as --fail-on violation, accepts the weaker guard/,
    },
    {
      name: "the kernel sensor, when it is switched off",
      args: ["run", "--require", "kernel", "--sensor", "proc", ...STARTED],
      status: 69,
      says: /--require kernel: .*; leave out --sensor proc/,
    },
  ])("$name", async ({ args, status, says, env = {}, isWhole = false }) => {
    using place = new Workplace();
    // What is missing on a machine is found with the sensors of a guard that starts.
    const run = isWhole || status !== 2 ? place.run.bind(place) : runHere.bind(null, place);
    const ended = await run(args, { env });

    expect(ended.stderr).toMatch(says);
    expect(ended.status).toBe(status);
    expect(ended.stdout).toHaveLength(0);
    expect(existsSync(place.path("started"))).toBe(false);
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });
});

describe("a policy", () => {
  test.each([
    { name: "not there", text: undefined, says: /policy\.yml does not exist: check the path/ },
    { name: "no YAML", text: "version: [1\n", says: /policy\.yml:2:1: is not YAML/ },
    { name: "bytes", text: "\0\u0001\u0002", says: /is not a text file/ },
    {
      name: "a wrong key",
      text: "version: 1\negres:\n  allow: [example.com]\n",
      says: /policy\.yml:2:1: "egres" is no key of a policy: did you mean egress\?/,
    },
    { name: "10 MB", text: "#".repeat(10_485_760), says: /is larger than 1 MiB/ },
  ])("$name", async ({ text, says }) => {
    using place = new Workplace();
    if (text !== undefined) place.write("policy.yml", text);
    const policy = place.path("policy.yml");
    const run = await runHere(place, ["run", "--policy", policy, ...STARTED]);
    const check = await runHere(place, ["policy", "check", policy]);

    expect(run.stderr).toMatch(says);
    expect(run.stderr).toMatch(SENTENCE);
    expect(run.status).toBe(2);
    expect(run.stdout).toHaveLength(0);
    expect(existsSync(place.path("started"))).toBe(false);
    expect(place.remains()).toEqual({ processes: [], files: [] });
    expect(check.status).toBe(2);
    expect(check.stderr + check.stdout.toString()).toMatch(says);
  });
});

describe.skipIf(!root.available)(`a machine that lacks something${root.note}`, () => {
  const HIDE_TYPES = "mount --bind /dev/null /sys/kernel/btf/vmlinux";
  const HIDE_LIBBPF =
    "for file in $(ldconfig -p | sed -n 's/.*libbpf.so.*=> //p'); do mount --bind /dev/null $(readlink -f $file); done";

  test.skipIf(!bpf.available).each([
    { name: "type information", hide: HIDE_TYPES, says: /the kernel has no type information/ },
    {
      name: "libbpf",
      hide: HIDE_LIBBPF,
      says: /libbpf\.so\.1 is not installed.*apt-get install libbpf1/,
    },
    {
      name: "the compiled program",
      hide: `mount --bind /dev/null "$(dirname $1)/../agent/sensor/kernel/guard.${process.arch}.bpf.o"`,
      says: /the eBPF program is damaged.*npm run build:bpf/,
    },
  ])(`without $name${bpf.note}`, async ({ hide, says }) => {
    using place = new Workplace();
    const asked = await runWithout(place, hide, ["--sensor", "kernel", ...STARTED]);
    const required = await runWithout(place, hide, ["--require", "kernel", ...STARTED]);

    for (const { status, stderr } of [asked, required]) {
      expect(stderr).toMatch(says);
      expect(stderr).toMatch(SENTENCE);
      expect(status).toBe(69);
    }
    expect(existsSync(place.path("started"))).toBe(false);

    const degraded = await runWithout(place, hide, ["--fail-on", "degraded", ...STARTED]);
    expect(degraded.stderr).toMatch(/^runner-guard: fail-on degraded: the kernel sensor is/);
    expect(degraded.status).toBe(69);
    expect(existsSync(place.path("started"))).toBe(false);

    const fallback = await runWithout(place, hide, ["--report", "report.json", ...STARTED]);
    expect(fallback.status).toBe(0);
    expect(fallback.stderr).toContain("kernel sensor unavailable");
    expect(place.remains()).toEqual({ processes: [], files: [] });
  });

  test("an ordinary user gets samples, and is told so", async () => {
    using place = new Workplace();
    const asOrdinary = (args: readonly string[]) =>
      place.run(["--reuid", "65534", "--regid", "65534", "--clear-groups", ...guardArgs(args)], {
        program: "setpriv",
        env: { TMPDIR: "/tmp" },
      });
    const auto = await asOrdinary(["--", "true"]);
    const asked = await asOrdinary(["--sensor", "kernel", "--", "true"]);
    const refused = await asOrdinary(["--report", place.path("report.json"), "--", "true"]);

    expect(auto.status).toBe(0);
    expect(auto.stderr).toContain("kernel sensor unavailable");
    expect(auto.stderr).toContain("root, or the capabilities BPF and PERFMON");
    expect(asked.status).toBe(69);
    expect(asked.stderr).toMatch(SENTENCE);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/--report: cannot write .*report\.json/);
  });

  test("without /proc nothing is started", async () => {
    using place = new Workplace();
    const { status, stderr } = await runWithout(place, "umount -l /proc", STARTED);

    expect(stderr).toMatch(/needs \/proc, which is not mounted here: mount -t proc proc \/proc/);
    expect(stderr).toMatch(SENTENCE);
    expect(status).toBe(69);
    expect(existsSync(place.path("started"))).toBe(false);
  });

  test("no memory may be locked: it works, or says what it takes", async () => {
    using place = new Workplace();
    const { status, stderr } = await place.run(["--memlock=0", ...guardArgs(["--", "true"])], {
      program: "prlimit",
    });

    expect(status).toBe(0);
    expect(stderr).toMatch(/kernel +active|kernel sensor unavailable/);
  });
});

/** `runner-guard run …` in a mount namespace of its own, where `hide` was done first. */
function runWithout(place: Workplace, hide: string, args: readonly string[]) {
  const script = `${hide}\nexec "$@"`;
  return place.run(["--mount", "sh", "-c", script, "sh", ...guardArgs(args)], {
    program: "unshare",
  });
}

function guardArgs(args: readonly string[]): string[] {
  return [GUARD, "run", ...args];
}
