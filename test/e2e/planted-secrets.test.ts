/** Greps every byte that leaves a guarded run for secrets that were put wherever a job puts them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { Report } from "../../protocol/index.ts";
import {
  findPlanted,
  type Planted,
  plantSecrets,
  toWritings,
} from "../support/redact/planted-secrets.ts";
import { requires } from "../support/requires.ts";
import { end, GUARD, readReport, Workplace } from "./guard.ts";
import { runHere } from "./run-here.ts";
import { waitFor } from "./wait-for.ts";

const { bpf, netns } = requires;
const SECRETS = 50;
/** Namespaces of its own: nothing else is in its scope. */
const IN_A_POD = ["--pid", "--net", "--fork", "--mount-proc", "--kill-child", "sh", "-c"];
const START = 'ip link set lo up && exec "$0" "$@"';
const WATCH = ["--report", "report.json", "--summary", "summary.md", "--state-dir", "state"];
/** Prints them on both outputs, has each as an argument and in arguments, and in paths where a path can hold it. */
const LEAK = `
cat leaks.log; cat leaks.log >&2
for name in $(env | grep -o '^PLANTED_[0-9]*_TOKEN'); do
  eval "value=\\$$name"
  /bin/echo --password "$value" >/dev/null
  /bin/echo "user:$value@host" >/dev/null
  for path in "$value" "$(printf %s "$value" | base64 -w 0)"; do
    case $path in */*) ;; *) : > "leaked-$path" ;; esac
  done
done
exit 3`;

describe("nothing that leaves a guarded run holds a secret", () => {
  test("not the output, not the report, not the summaries, not an error", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const { stdout, stderr, report, summary } = await leak(place, secrets, ["--redact-output"]);

    for (const bytes of [stdout, Buffer.from(stderr), report.bytes, summary]) {
      expect(findPlanted(secrets, bytes)).toEqual([]);
    }
    expect(stdout.toString()).toContain("another line\n");
    expect(report.report.run).toMatchObject({ exitCode: 3 });
    expect(report.report.findings.filter(isSecretInLog).length).toBeGreaterThanOrEqual(SECRETS);
    const named = new Set(report.report.secrets.found.map(({ source }) => source));
    expect(secrets.filter(({ name }) => !named.has(name))).toEqual([]);
  });

  test("they were there to be found: what the job prints and makes holds all of them, and its arguments and paths are told with marks", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const { stdout, report } = await leak(place, secrets, []);
    const everyWriting = secrets.flatMap(({ name, value }) =>
      [...toWritings(value).keys()].map((how) => `${name}: ${how}`),
    );

    expect(findPlanted(secrets, stdout)).toEqual(everyWriting);
    const paths = Buffer.from(readdirSync(place.folder).join("\n"));
    expect(findPlanted(secrets, paths).length).toBeGreaterThan(SECRETS / 2);
    expect(findPlanted(secrets, report.bytes)).toEqual([]);
    expect(report.report.secrets.refused).toBe(1);
    if (!bpf.available) return;
    const args = report.report.processes.flatMap((process) => process.args);
    const marked = args.filter((arg) => /^\[redacted:known-value:[0-9a-f]{16}\]$/.test(arg));

    expect(new Set(marked).size).toBe(SECRETS);
    expect(args.filter((arg) => /^user:\[redacted:[^\]]+\]@host$/.test(arg))).toHaveLength(SECRETS);
    expect(
      report.report.files.filter(({ path }) => path.includes("leaked-[redacted:")),
    ).not.toEqual([]);
  });

  test("an error that quotes one does not hold it", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const env = environmentOf(secrets);
    for (const { value } of secrets.slice(4, 6)) {
      const runs = [
        await runHere(place, ["run", "--policy", `${value}/no.yml`, "--", "true"], { env }),
        await runHere(place, ["run", "--sensor", value, "--", "true"], { env }),
        await place.run(["run", "--sensor", "proc", "--", `/no/${value}`], { env }),
        await runHere(place, [`--no-${value}`], { env }),
      ];
      for (const { status, stdout, stderr } of runs) {
        expect(status).toBeGreaterThan(0);
        expect(stderr).toMatch(/^runner-guard: .*\[redacted:/m);
        expect(findPlanted(secrets, Buffer.from(stderr))).toEqual([]);
        expect(findPlanted(secrets, stdout)).toEqual([]);
      }
    }
  });
});

test("the command does not get the key of the fingerprints, and two runs with it have the same", async () => {
  using place = new Workplace();
  const secrets = plantSecrets(1);
  const env = { ...environmentOf(secrets), RUNNER_GUARD_FINGERPRINT_KEY: "0123456789abcdef" };
  const script = "env | grep -c FINGERPRINT; env";
  const told: (string | undefined)[] = [];
  for (const key of [env, env, environmentOf(secrets)]) {
    const guard = ["--sensor", "proc", "--enforcement", "none", "--redact-output"];
    const { report, ended } = await place.report(guard, ["sh", "-c", script], { env: key });
    expect(ended.stdout.toString()).toMatch(/^0\n/);
    told.push(report.secrets.found.find(({ source }) => source === "PLANTED_0_TOKEN")?.fingerprint);
  }

  expect(told[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(told[1]).toBe(told[0]);
  expect(told[2]).not.toBe(told[0]);
});

describe.skipIf(!netns.available)(`a guard that others talk to${netns.note}`, () => {
  test("tells nobody a secret that it was given, or that a step was started with", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const [given, ofStep, ofGuard] = secrets;
    const child = place.start([...IN_A_POD, START, GUARD, "watch", ...WATCH], {
      program: "unshare",
      env: environmentOf(secrets.slice(2)),
    });
    const ended = end(child);
    await waitFor("the guard", () => existsSync(place.path("state/ready")));
    const ask = (args: readonly string[], input?: string) =>
      place.run([...args, "--state-dir", "state"], { ...(input !== undefined && { input }) });
    const masked = await ask(["mask"], `${given?.value}\n`);
    const label = await ask(["label", `planted=${given?.value}`]);
    const again = await ask(["label", `planted=${ofGuard?.value}`]);
    const wrong = await ask(["tighten", "--deny", `${ofGuard?.value}!`]);
    const step = 'exec -a "$PLANTED_1_TOKEN" sleep 0.1';
    const pid = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "latin1").trim();
    await place.run(
      ["-t", pid, "-p", "-n", "bash", "-c", `${step}; :`, "bash", `${given?.value}`],
      {
        program: "nsenter",
        env: environmentOf(ofStep ? [ofStep] : []),
      },
    );
    const finished = await ask(["finish"]);
    process.kill(Number(pid), "SIGTERM");
    const { stderr, stdout } = await ended;

    expect([masked.status, label.status, again.status, finished.status]).toEqual([0, 0, 1, 0]);
    const asked = [masked, label, again, wrong, finished];
    const said = asked.flatMap((run) => [run.stdout, Buffer.from(run.stderr)]);
    const written = ["report.json", "summary.md"].map((name) => readFileSync(place.path(name)));
    for (const bytes of [...said, ...written, stdout, Buffer.from(stderr)]) {
      expect(findPlanted(secrets, bytes)).toEqual([]);
    }
    const report = readReport(place.path("report.json"));
    expect(report.run.labels?.["planted"]).toMatch(/^\[redacted:known-value:[0-9a-f]{16}\]$/);
    const args = report.processes.flatMap((process) => process.args);
    expect(args.filter((arg) => arg.startsWith("[redacted:known-value:"))).not.toEqual([]);
  });
});

async function leak(place: Workplace, secrets: readonly Planted[], options: readonly string[]) {
  writeFileSync(place.path("leaks.log"), toLog(secrets));
  const files = ["--report", "report.json", "--summary", "summary.md"];
  const ended = await place.run(["run", ...files, ...options, "--", "sh", "-c", LEAK], {
    env: { ...environmentOf(secrets), SHORT_TOKEN: "abc" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const bytes = readFileSync(place.path("report.json"));
  const report = { bytes, report: readReport(place.path("report.json")) };
  return { ...ended, report, summary: readFileSync(place.path("summary.md")) };
}

function environmentOf(secrets: readonly Planted[]): Record<string, string> {
  return Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
}

/** What the job prints: every secret in every writing, among other text. */
function toLog(secrets: readonly Planted[]): Buffer {
  return Buffer.concat(
    secrets.flatMap(({ value }) =>
      [...toWritings(value)].flatMap(([how, writing]) => [
        Buffer.from(`${how}: `),
        writing,
        Buffer.from("\nanother line\n"),
      ]),
    ),
  );
}

function isSecretInLog({ rule }: Report["findings"][number]): boolean {
  return rule.id === "secret-in-log";
}
