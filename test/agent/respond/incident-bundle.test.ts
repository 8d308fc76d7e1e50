import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createLocalFiles } from "../../../agent/files/local-files.ts";
import { createIncidentBundles } from "../../../agent/respond/incident-bundle.ts";
import { readProcess, type RunningProcess } from "../../../agent/respond/process-table.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "incident-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function own(): RunningProcess {
  const found = readProcess(process.pid);
  if (found === undefined) throw new Error("this process does not run");
  return found;
}

function create(path: string) {
  return createIncidentBundles({
    directory: path,
    runId: "run-1",
    openImage: createLocalFiles().openImage,
    recentEvents: () => [{ kind: "exec" }],
    redactText: (text) => text.replaceAll("vitest", "***"),
  });
}

const incident = () => ({
  rule: "reverse-shell",
  response: "kill-job" as const,
  culprit: own(),
  processes: [own()],
});

describe("an incident's bundle", () => {
  test("has who did it with what it had open, the events, and the hash of what ran", async () => {
    const bundles = create(join(directory, "report.json.incident"));
    await bundles.take(incident());
    const [path = ""] = await bundles.write();
    expect(path).toBe(join(directory, "report.json.incident/incident.json"));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const bundle: unknown = JSON.parse(readFileSync(path, "utf8"));
    expect(bundle).toMatchObject({
      runId: "run-1",
      rule: "reverse-shell",
      response: "kill-job",
      culprit: { pid: process.pid },
      processes: [{ pid: process.pid, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) }],
      events: [{ kind: "exec" }],
    });
    expect(readFileSync(path, "utf8")).not.toContain("vitest");
  });

  test("goes beside what was planted in its place, and follows no link", async () => {
    const elsewhere = join(directory, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(directory, "incident"));
    const bundles = create(join(directory, "incident"));
    await bundles.take(incident());
    expect(await bundles.write()).toEqual([join(directory, "incident-2/incident.json")]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("is not written where there was no incident, or no place", async () => {
    expect(await create(join(directory, "incident")).write()).toEqual([]);
    const bundles = create(join(directory, "missing/incident"));
    await bundles.take(incident());
    expect(await bundles.write()).toEqual([]);
    expect(existsSync(join(directory, "missing"))).toBe(false);
  });
});
