import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { startCollector } from "../../collector/collector.ts";
import { PROMTOOL, requires } from "../support/requires.ts";

const ROOT = join(import.meta.dirname, "../..");
const RULES = join(ROOT, "deploy/prometheus/rules.yml");
const TESTS = ["rules.test.yml", "day.test.yml"].map((name) =>
  join(ROOT, "deploy/prometheus", name),
);
const DASHBOARDS = readdirSync(join(ROOT, "deploy/grafana"));
const ADMIN = "admin-token-of-16";
/** Of Actions Runner Controller's listeners, beside the collector's in the same Prometheus. */
const OF_OTHERS = ["gha_started_jobs_total"];
const { promtool } = requires;

const alertSchema = z.object({
  alert: z.string(),
  expr: z.string(),
  annotations: z.object({ runbook_url: z.string() }),
});
const rulesSchema = z.object({ groups: z.array(z.object({ rules: z.array(alertSchema) })) });
const testsSchema = z.object({ tests: z.array(z.object({ name: z.string() })) });
const dashboardSchema = z.object({
  uid: z.string(),
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() }),
  ),
});

const alerts = rulesSchema
  .parse(parse(readFileSync(RULES, "utf8")))
  .groups.flatMap(({ rules }) => rules);
const panels = DASHBOARDS.flatMap((name) => {
  const text = readFileSync(join(ROOT, "deploy/grafana", name), "utf8");
  return dashboardSchema
    .parse(JSON.parse(text))
    .panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => [`${name}: ${title}`, expr] as const),
    );
});
const alertExpressions = alerts.map(({ alert, expr }) => [alert, expr] as const);

let directory: string;
let series: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "deploy-"));
  await using collector = await startCollector({
    dataDir: join(directory, "data"),
    listen: { host: "127.0.0.1", port: 0 },
    agentToken: undefined,
    adminToken: ADMIN,
    onNewAdminToken: () => undefined,
    onDefect: () => undefined,
    onStorageFault: () => undefined,
  });
  const headers = { authorization: `Bearer ${ADMIN}` };
  series = readSeries(await (await fetch(new URL("/metrics", collector.url), { headers })).text());
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("what alerts and panels ask for is told by a collector", () => {
  test("and there are some of both", () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(DASHBOARDS.toSorted()).toEqual(["debug.json", "on-call.json", "overview.json"]);
    expect(panels.length).toBeGreaterThan(30);
  });

  test.each([...alertExpressions, ...panels])("%s", (_, expr) => {
    const metrics = [...expr.matchAll(/\b(?:runner_guard|process|nodejs|gha)_\w+/g)].map(String);

    expect(metrics).not.toEqual([]);
    expect(metrics.filter((name) => !series.has(name) && !OF_OTHERS.includes(name))).toEqual([]);
  });

  test.each([...alertExpressions, ...panels])("with the values of labels: %s", (_, expr) => {
    const asked = [...expr.matchAll(/(runner_guard_\w+)\{(\w+)=~?"([^"]+)"/g)].flatMap(
      ([, metric = "", label = "", values = ""]) =>
        values.split("|").map((value) => [metric, `${label}="${value}"`] as const),
    );

    expect(asked.filter(([metric, label]) => series.get(metric)?.has(label) !== true)).toEqual([]);
  });
});

describe("each alert", () => {
  const runbook = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const tests = TESTS.flatMap((path) => testsSchema.parse(parse(readFileSync(path, "utf8"))).tests);

  test.each(alerts)("$alert has a section in the runbook, and a test", ({ alert, annotations }) => {
    expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(runbook).toContain(`\n### ${alert}\n`);
    expect(tests.map(({ name }) => name)).toContain(alert);
  });
});

test("dashboards are what their descriptions make of them", () => {
  const args = ["scripts/generate-dashboards.ts", "--check"];

  expect(spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
});

describe.skipIf(!promtool.available)(`to Prometheus${promtool.note}`, () => {
  test("rules are rules", () => {
    expect(runPromtool(["check", "rules", RULES])).toContain(`SUCCESS: ${alerts.length} rules`);
  });

  test("each alert is raised by what it is for, and not before", () => {
    expect(runPromtool(["test", "rules", ...TESTS]).match(/SUCCESS/g)).toHaveLength(2);
  });

  test("every panel's query is one", () => {
    const path = join(directory, "panels.yml");
    // A recording rule is checked as a query; Grafana's own variables are put in by Grafana.
    const rules = panels.map(([, expr], index) => ({
      record: `panel_${index}`,
      expr: expr.replaceAll(/\$__(?:rate_interval|range)/g, "5m"),
    }));
    writeFileSync(path, JSON.stringify({ groups: [{ name: "panels", rules }] }));

    expect(runPromtool(["check", "rules", path])).toContain(`SUCCESS: ${panels.length} rules`);
  });
});

/** What it said, with its exit status where that is none of success. */
function runPromtool(args: readonly string[]): string {
  const command = promtoolPath();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return `${status === 0 ? "" : `exit ${status}: `}${stdout}${stderr}`;
}

function promtoolPath(): string {
  const { error } = spawnSync(PROMTOOL, ["--version"]);
  return error === undefined ? PROMTOOL : "promtool";
}

/** Labels with their values, by the names of what is told. */
function readSeries(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  // One of which nothing has been seen yet has no series.
  for (const [, name = ""] of text.matchAll(/^# TYPE (\w+) histogram$/gm)) {
    for (const part of ["bucket", "count", "sum"]) found.set(`${name}_${part}`, new Set());
  }
  for (const [, name = ""] of text.matchAll(/^# TYPE (\w+) (?:gauge|counter)$/gm))
    found.set(name, new Set());
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)(?:\{([^}]*)\})? /gm)) {
    const known = found.get(name) ?? new Set();
    for (const label of labels.split(",")) known.add(label);
    found.set(name, known);
  }
  return found;
}
