import { readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { reportSchema } from "../../protocol/report.ts";
import { BundledCheckout } from "../support/bundled-checkout.ts";

const RUN = ["run", "--sensor", "proc", "--enforcement", "none"];
/** A source that every command loads, and what `--help` shows of it. */
const SHOWN = "agent/commands/program.ts";
const SHOWN_TEXT = "Runtime security for CI runners";

let built: BundledCheckout;

beforeAll(() => {
  built = new BundledCheckout();
  built.build();
});

afterAll(() => built[Symbol.dispose]());

test("where the bundle is of these sources, none of them is loaded, and few files until the command runs", () => {
  const { status, modules } = built.trace([...RUN, "--quiet", "--", "sh", "-c", "exit 7"]);
  const afterTheStart = modules.indexOf(built.file("redaction.mjs"));

  expect(status).toBe(7);
  expect(modules.filter((path) => path.endsWith(".ts"))).toEqual([]);
  expect(afterTheStart).toBeGreaterThan(0);
  expect(afterTheStart).toBeLessThan(32);
});

test("another copy of the checkout, of other times and inodes, has the bundle too", () => {
  using copy = built.copy();

  expect(copy.state).toBe("fresh");
});

test("a run is reported, and ends, as by the sources", () => {
  using sources = new BundledCheckout(built);
  const script = "cat /etc/hostname; exit 3";
  const args = [...RUN, "--quiet", "--report", "report.json", "--", "sh", "-c", script];
  const ofSources = sources.run(args);
  const ofBundle = built.run(args);

  expect(sources.state).toBe("absent");
  expect(ofBundle).toEqual(ofSources);
  expect(readReport(built)).toEqual(readReport(sources));
});

test("secrets are taken out by the scanner that is a part of it", () => {
  const input = `token=ghp_${"a1B2".repeat(9)}\nplain\n`;

  expect(built.run(["redact"], input).stdout).toBe("token=***\nplain\n");
});

test("who asks for no guard loads none", () => {
  const { modules } = built.trace(["redact"]);
  const ofGuard = ["begin.mjs", "guard.mjs"].map((name) => built.file(name));

  expect(modules.filter((path) => ofGuard.includes(path))).toEqual([]);
});

test("a source that has changed is run at once", () => {
  using checkout = built.copy();
  checkout.write(SHOWN, checkout.read(SHOWN).replace(SHOWN_TEXT, "Something else"));
  const { stdout, stderr } = checkout.run(["--help"]);

  expect(stdout).toContain("Something else");
  expect(stderr).toBe("");
});

test("a change of the same length that is given the old time is a change", () => {
  using checkout = built.copy();
  const { atime, mtime } = statSync(join(checkout.root, SHOWN));
  const other = SHOWN_TEXT.toUpperCase();
  checkout.write(SHOWN, checkout.read(SHOWN).replace(SHOWN_TEXT, other));
  utimesSync(join(checkout.root, SHOWN), atime, mtime);

  expect(checkout.state).toBe("stale");
});

test.each(["agent/report/render-json.ts", "scripts/bundle/source-plugin.mjs"])(
  "without %s the bundle is of other sources",
  (path) => {
    using checkout = built.copy();
    checkout.remove(path);

    expect(checkout.state).toBe("stale");
  },
);

test.each(["guard.mjs", "../manifest.json"])(
  "that %s is damaged is said in a line, and the sources run",
  (name) => {
    using checkout = built.copy();
    checkout.write(checkout.file(name), "damaged");
    const { status, stderr, modules } = checkout.trace(["--version"]);

    expect(status).toBe(0);
    expect(stderr).toMatch(/^runner-guard: warning: \S+ is damaged, [^\n]+scripts\/setup\.mjs\n$/);
    expect(modules).toContain("agent/main.ts");
  },
);

test("the stack of a defect names the source and its line, and what was bundled before stays for a guard that runs", () => {
  using checkout = built.copy();
  const before = checkout.file("rules.mjs");
  const source = "agent/job/inheritance.ts";
  const text = checkout
    .read(source)
    .replace(
      "export function readInheritance(environment: Environment): Inheritance {\n",
      (start) => `${start}  if (environment !== undefined) throw new TypeError("a defect");\n`,
    );
  const line = text.split("\n").findIndex((one) => one.includes('"a defect"')) + 1;
  checkout.write(source, text);
  checkout.build();
  const { status, stderr } = checkout.run([...RUN, "--", "true"]);

  expect({ status, state: checkout.state }).toEqual({ status: 70, state: "fresh" });
  expect(stderr).toContain("TypeError: a defect");
  expect(stderr).toContain(`${source}:${line}:`);
  expect(checkout.read(before)).toContain("createRuleEngine");
});

test.each([
  { deed: "removes", script: 'rm -r "$0/.cache" "$0/agent" "$0/protocol"' },
  {
    deed: "changes",
    script: `for file in "$0"/.cache/bundle/*/*.mjs; do echo 'process.exit(99);' > "$file"; done`,
  },
])("a command that $deed the guard's own files is reported nevertheless", ({ script }) => {
  using checkout = built.copy();
  const args = [...RUN, "--report", "report.json", "--", "sh", "-c", `${script}; exit 3`];
  const { status, stderr } = checkout.run([...args, checkout.root]);

  expect({ status, exitCode: readReport(checkout).exitCode }).toEqual({ status: 3, exitCode: 3 });
  expect(stderr).toContain("── Runner Guard ──");
  expect(stderr).not.toContain("could not be written");
});

test("what is bundled again with the same content stays where it is, and what is damaged of it is mended", () => {
  using checkout = built.copy();
  const [whole, damaged] = [checkout.file("rules.mjs"), checkout.file("guard.mjs")];
  const before = statSync(join(checkout.root, whole)).ino;
  checkout.write(damaged, "damaged");
  checkout.build();

  expect(statSync(join(checkout.root, whole)).ino).toBe(before);
  expect(checkout.read(damaged)).toContain("createGuard");
  expect(checkout.state).toBe("fresh");
});

/** What is the same of two runs of the same command. */
function readReport({ work }: BundledCheckout) {
  const text = readFileSync(join(work, "report.json"), "utf8");
  const { run, sensors, enforcement, findings, ...others } = reportSchema.parse(JSON.parse(text));
  return {
    members: Object.keys(others),
    command: run.command,
    exitCode: run.exitCode,
    sensors: sensors.map(({ name, status }) => ({ name, status })),
    enforcement,
    findings: findings.map(({ rule }) => rule.id),
  };
}
