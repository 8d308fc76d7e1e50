import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { createOperatorFindings } from "../../../agent/guard/operator-findings.ts";
import { createFindingQueries } from "../../../collector/storage/sqlite/finding-queries.ts";
import { openForWriting } from "../../../collector/storage/sqlite/open-database.ts";
import { createReader } from "../../../collector/storage/sqlite/reader.ts";
import { createRunQueries } from "../../../collector/storage/sqlite/run-queries.ts";
import { createTriageWrites } from "../../../collector/storage/sqlite/triage-writes.ts";
import type { RunKey } from "../../../collector/stores/event-store.ts";

const TENANT = "default";
const messageSchema = z.object({ message: z.string() });
const FIRST_PAGE = { after: undefined, limit: 100 };
const BY = { role: "responder", token: "0123", owner: "Ada", reason: "known", at: 1 };

let directory: string;
let database: DatabaseSync;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  database = openForWriting(directory);
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("what became of a run", () => {
  test.each<[string, string, string]>([
    ["is running while it is live", "", "running"],
    [
      "is silent when it went silent before it stopped",
      "UPDATE runs SET state = 'silent'",
      "silent",
    ],
    ["succeeded with 0", "UPDATE runs SET stopped_seq = 3, exit_code = 0", "succeeded"],
    ["failed with another status", "UPDATE runs SET stopped_seq = 3, exit_code = 1", "failed"],
    ["failed by a signal", "UPDATE runs SET stopped_seq = 3", "failed"],
    [
      "ended, of a pod, whose job has no status that its guard knows",
      "UPDATE runs SET stopped_seq = 3, exit_code = 0, scope = 'pod'",
      "ended",
    ],
    [
      "is running while its guard goes on, which says that it killed the job",
      "INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen) VALUES ('default', 'run', 'f', 'reverse-shell', 'high', '', 'kill-job', 1, '1', '1'); UPDATE runs SET findings = 1",
      "running",
    ],
    [
      "was killed by a rule, where its guard ended with the job",
      "INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen) VALUES ('default', 'run', 'f', 'reverse-shell', 'high', '', 'kill-job', 1, '1', '1'); UPDATE runs SET findings = 1, stopped_seq = 3",
      "killed-by-rule",
    ],
    [
      "was killed by a rule, where its guard is not heard of since",
      "INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen) VALUES ('default', 'run', 'f', 'reverse-shell', 'high', '', 'kill-job', 1, '1', '1'); UPDATE runs SET findings = 1, state = 'silent'",
      "silent",
    ],
    [
      "was killed by an operator, as the guard has told",
      "INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen) VALUES ('default', 'run', 'f', 'operator-kill', 'high', '', 'kill-job', 1, '1', '1'); UPDATE runs SET findings = 1, stopped_seq = 3, exit_code = 0",
      "killed-by-operator",
    ],
    [
      "is running while its guard goes on, which says that an operator killed it",
      "INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen) VALUES ('default', 'run', 'f', 'operator-kill', 'high', '', 'kill-job', 1, '1', '1'); UPDATE runs SET findings = 1",
      "running",
    ],
    [
      "was killed by an operator, as the guard has answered",
      "INSERT INTO commands (run, number, kind, body, asked_at, state, state_at) VALUES ('run', 1, 'kill', '{}', 1, 'obeyed', 1); UPDATE runs SET state = 'silent'",
      "killed-by-operator",
    ],
    [
      "is not killed by what its guard has not obeyed",
      "INSERT INTO commands (run, number, kind, body, asked_at, state, state_at) VALUES ('run', 1, 'kill', '{}', 1, 'refused', 1)",
      "running",
    ],
  ])("%s", (_, change, outcome) => {
    addRun({ id: "run" });
    database.exec(change);
    const queries = createRunQueries(database);

    expect(queries.showRun(TENANT, "run")?.outcome).toBe(outcome);
    const found = queries.findRuns(
      TENANT,
      { outcome: queries.showRun(TENANT, "run")?.outcome },
      FIRST_PAGE,
    );
    expect(found.items.map(({ id }) => id)).toEqual(["run"]);
  });

  test("is known of all others where a row is damaged, and that one is named", () => {
    for (const id of ["a", "b", "c"]) addRun({ id });
    database.exec(`
      UPDATE runs SET ci = '{' WHERE id = 'b';
      INSERT INTO commands (run, number, kind, body, asked_at, state, state_at) VALUES ('a', 1, 'policy', '{', 1, 'obeyed', 1)`);
    const queries = createRunQueries(database);
    const first = queries.findRuns(TENANT, {}, { after: undefined, limit: 2 });
    const second = queries.findRuns(TENANT, {}, { after: first.next, limit: 2 });
    const pages = [first, second];

    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(["c", "a"]);
    expect(pages.flatMap(({ damaged }) => damaged)).toEqual(["b"]);
    // What cannot be read may be what is looked for: whoever damages a row hides nothing by that.
    for (const filter of [{ ref: "main" }, { workflow: "release" }]) {
      expect(queries.findRuns(TENANT, filter, FIRST_PAGE)).toMatchObject({
        items: [],
        damaged: ["b"],
      });
    }
  });

  test("is asked for again after a restart: the newest that are not silent, the oldest of them first", () => {
    for (const [id, startedAt] of [
      ["silent", 4],
      ["oldest", 6],
      ["older", 7],
      ["new", 8],
    ] as const)
      addRun({ id, startedAt });
    addRun({ id: "known", startedAt: 9 });
    database.exec("UPDATE runs SET identity_state = 'waiting' WHERE id <> 'known'");
    const reader = createReader(database);

    expect(reader.listUnidentified(5, 9)).toEqual(["oldest", "older", "new"]);
    expect(reader.listUnidentified(5, 2)).toEqual(["older", "new"]);
  });

  test("is blocked since an operator's order was obeyed, and not before", () => {
    addRun({ id: "run" });
    const queries = createRunQueries(database);
    const body = '{"tighten":{"mode":"block"}}';
    database.exec(
      `INSERT INTO commands (run, number, kind, body, asked_at, state, state_at) VALUES ('run', 1, 'policy', '${body}', 1, 'queued', 1)`,
    );
    const before = queries.showRun(TENANT, "run")?.isBlockedSince;
    database.exec("UPDATE commands SET state = 'obeyed'");

    expect([before, queries.showRun(TENANT, "run")?.isBlockedSince]).toEqual([false, true]);
  });
});

test.each([
  ["mode block, deny evil.example", undefined, true],
  ["deny evil.example", undefined, false],
  ["mode, deny", "there is no nftables", false],
])(
  "a run whose guard tells of a policy of its start (%s, %s) is blocked since: %s",
  (what, problem, expected) => {
    const messages: string[] = [];
    const stream = {
      write: (event: { readonly kind: string }) =>
        messages.push(messageSchema.parse(event).message),
    };
    createOperatorFindings(stream).tellTightening(
      { by: "admin", reason: "all (mode block) of them" },
      what,
      problem,
    );
    addRun({ id: "run" });
    addFinding("run", "operator-policy-1", { rule: "operator-policy", message: messages.join() });
    database.exec("UPDATE runs SET findings = 1");

    expect(createRunQueries(database).showRun(TENANT, "run")?.isBlockedSince).toBe(expected);
  },
);

describe("runs are found", () => {
  test.each<[string, Parameters<ReturnType<typeof createRunQueries>["findRuns"]>[1], string[]]>([
    ["by nothing, the newest first", {}, ["c", "b", "a"]],
    ["by their repository", { repository: "acme/app" }, ["c", "a"]],
    ["by their workflow", { workflow: "release" }, ["b"]],
    ["by their ref", { ref: "refs/heads/main" }, ["c"]],
    ["by their state", { state: "over" }, ["b"]],
    ["by when they started", { since: 10, until: 30 }, ["b", "a"]],
    ["by all of it at once", { repository: "acme/app", since: 11 }, ["c"]],
    ["by what nothing has", { repository: "acme" }, []],
  ])("%s", (_, filter, expected) => {
    addRun({ id: "a", startedAt: 10, ci: { repository: "acme/app" } });
    addRun({ id: "b", startedAt: 20, ci: { repository: "acme/lib", workflow: "release" } });
    addRun({ id: "c", startedAt: 30, ci: { repository: "acme/app", ref: "refs/heads/main" } });
    database.exec("UPDATE runs SET state = 'over' WHERE id = 'b'");
    addRun({ id: "foreign", startedAt: 40, tenant: "other" });
    const { items, next } = createRunQueries(database).findRuns(TENANT, filter, FIRST_PAGE);

    expect([items.map(({ id }) => id), next]).toEqual([expected, undefined]);
  });

  test("page by page, none twice and none left out, past more than one answer looks at", () => {
    database.exec("BEGIN");
    for (let index = 0; index < 10_500; index += 1) {
      addRun({ id: `run-${index}`, startedAt: Math.floor(index / 3) });
    }
    database.exec(
      "UPDATE runs SET state = 'over' WHERE id IN ('run-7', 'run-9', 'run-10400'); COMMIT",
    );
    const queries = createRunQueries(database);
    const pages: string[][] = [];
    let after: { readonly startedAt: number; readonly id: string } | undefined;
    do {
      const { items, next } = queries.findRuns(TENANT, { state: "over" }, { after, limit: 2 });
      pages.push(items.map(({ id }) => id));
      after = next;
    } while (after !== undefined);

    expect(pages).toEqual([["run-10400"], ["run-9", "run-7"]]);
  });
});

describe("runs that say much of themselves", () => {
  const COUNT = 300;
  const LONG = "x".repeat(60_000);

  test.each<[string, { readonly ref?: string }, number]>([
    ["are found page by page, of which none holds more than it should", {}, 100],
    ["are looked through a piece at a time", { ref: "main" }, 10],
  ])("%s", (_, filter, mostAtOnce) => {
    const ids = Array.from({ length: COUNT }, (__, index) => `run-${index}`);
    database.exec("BEGIN");
    for (const [index, id] of ids.entries()) {
      addRun({
        id,
        startedAt: index,
        ci: { workflow: LONG, ref: index % 100 === 0 ? "main" : "" },
      });
    }
    database.exec("COMMIT");
    const queries = createRunQueries(database);
    const seen: string[] = [];
    let after: RunKey | undefined;
    let pages = 0;
    do {
      const found = queries.findRuns(TENANT, filter, { after, limit: 1_000 });
      expect(found.items.length).toBeLessThan(mostAtOnce);
      seen.push(...found.items.map(({ id }) => id));
      after = found.next;
      pages += 1;
    } while (after !== undefined);

    expect(pages).toBeGreaterThan(1);
    expect(seen.toSorted()).toEqual(
      ids.filter((__, index) => filter.ref === undefined || index % 100 === 0).toSorted(),
    );
  });
});

describe("a finding", () => {
  beforeEach(() => {
    addRun({ id: "one", ci: { repository: "acme/app" } });
    addRun({ id: "two", ci: { repository: "acme/app" } });
    addRun({ id: "elsewhere", ci: { repository: "acme/lib" } });
    addFinding("one", "f-1");
    addFinding("two", "f-1");
    addFinding("two", "f-2", { message: "another host" });
    addFinding("elsewhere", "f-1");
  });

  test("is open until somebody has said something of it", () => {
    const triage = createTriageWrites(database);
    triage({ kind: "acknowledge-finding", name: { runId: "one", id: "f-1" }, by: BY });

    expect(listStates(1_000)).toEqual({
      "one f-1": "acknowledged",
      "two f-1": "open",
      "two f-2": "open",
      "elsewhere f-1": "open",
    });
  });

  test("is suppressed with those of the same words in the same job, until its day has come", () => {
    const triage = createTriageWrites(database);
    const by = { ...BY, until: 2_000 };
    triage({ kind: "suppress-finding", name: { runId: "one", id: "f-1" }, by });
    const open = { "two f-2": "open", "elsewhere f-1": "open" };

    expect(listStates(1_999)).toEqual({
      "one f-1": "suppressed",
      "two f-1": "suppressed",
      ...open,
    });
    expect(listStates(2_000)).toEqual({ "one f-1": "open", "two f-1": "open", ...open });
    triage({ kind: "reopen-finding", name: { runId: "two", id: "f-1" } });
    expect(listStates(1_999)).toEqual({ "one f-1": "open", "two f-1": "open", ...open });
  });

  test.each([
    ["its severity", { severity: "info" }, []],
    ["its rule", { rule: "egress" }, ["two f-2", "two f-1", "one f-1", "elsewhere f-1"]],
    ["its run", { runId: "two" }, ["two f-2", "two f-1"]],
    ["its state", { state: "acknowledged" as const }, ["two f-2"]],
    ["its run and its state", { runId: "two", state: "open" as const }, ["two f-1"]],
  ])("is found by %s", (_, filter, expected) => {
    const name = { runId: "two", id: "f-2" };
    createTriageWrites(database)({ kind: "acknowledge-finding", name, by: BY });
    const { items } = createFindingQueries(database).findFindings(
      TENANT,
      { ...filter, now: 5 },
      FIRST_PAGE,
    );

    expect(items.map(({ runId, id }) => `${runId} ${id}`)).toEqual(expected);
  });

  test("is shown with who is answerable", () => {
    const name = { runId: "one", id: "f-1" };
    const triage = createTriageWrites(database);
    triage({ kind: "acknowledge-finding", name, by: BY });
    triage({ kind: "suppress-finding", name, by: { ...BY, owner: "Bob", until: 9 } });

    expect(createFindingQueries(database).showFinding(TENANT, name, 5)).toMatchObject({
      state: "suppressed",
      acknowledged: BY,
      suppressed: { ...BY, owner: "Bob", until: 9 },
    });
    expect(createFindingQueries(database).showFinding("other", name, 5)).toBeUndefined();
  });
});

interface NewRow {
  readonly id: string;
  readonly tenant?: string;
  readonly startedAt?: number;
  readonly ci?: Readonly<Record<string, string>>;
}

function addRun({ id, tenant = TENANT, startedAt = 5, ci }: NewRow): void {
  const context = ci === undefined ? null : JSON.stringify({ provider: "github-actions", ...ci });
  database
    .prepare(`
      INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, ci, job_key, started_at, last_seen_at)
      VALUES (?, ?, 'guard', ?, '0.1.0', 'command', 'audit', 'audit', ?, ?, ?, ?)`)
    .run(
      id,
      tenant,
      id,
      context,
      JSON.stringify([tenant, ci?.["repository"]]),
      startedAt,
      startedAt,
    );
}

function addFinding(
  run: string,
  id: string,
  { message = "evil.example", rule = "egress" } = {},
): void {
  database
    .prepare(`
      INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen)
      VALUES ('default', ?, ?, ?, 'high', ?, 'report', 1, '2026', '2026')`)
    .run(run, id, rule, message);
}

function listStates(now: number): Record<string, string> {
  const { items } = createFindingQueries(database).findFindings(TENANT, { now }, FIRST_PAGE);
  return Object.fromEntries(items.map(({ runId, id, state }) => [`${runId} ${id}`, state]));
}
