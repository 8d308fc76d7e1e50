import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import { createLiveProcesses } from "../../../../agent/rules/facts/live-processes.ts";
import { createWasThere } from "../../../../agent/rules/facts/was-there.ts";

const live = createLiveProcesses({
  root: "/proc",
  findSocket: () => undefined,
  files: createLocalFiles(),
});
const open = (path: string) => live.file(process.pid, path);
const seen = { process: { pid: process.pid, startTicks: 1 }, origin: "live" } as const;
const hasOwnMounts = () => false;
const LONG_AGO = new Date(1_000_000_000_000);
let home = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "was-there-"));
  mkdirSync(join(home, "bin"));
  writeFileSync(join(home, "bin/git"), "");
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test("a file from before the run was there", () => {
  const wasThere = createWasThere({ open, hasOwnMounts, begunAtMs: Date.now() + 1_000 });

  expect(wasThere(join(home, "bin/git"), seen)).toBe("before");
});

test("a file that is made to look old was not there", () => {
  const wasThere = createWasThere({ open, hasOwnMounts, begunAtMs: Date.now() - 60_000 });
  utimesSync(join(home, "bin/git"), LONG_AGO, LONG_AGO);

  expect(wasThere(join(home, "bin/git"), seen)).toBe("since");
});

test("a file whose folder gets its name in the run was not there", () => {
  const wasThere = createWasThere({ open, hasOwnMounts, begunAtMs: Date.now() - 60_000 });
  renameSync(join(home, "bin"), join(home, "miniconda3"));

  expect(wasThere(join(home, "miniconda3/git"), seen)).toBe("since");
});

test("what is not there was not there", () => {
  const wasThere = createWasThere({ open, hasOwnMounts, begunAtMs: Date.now() + 1_000 });

  expect(wasThere(join(home, "bin/ssh"), seen)).toBe("since");
});

test("what ran before the run was there", () => {
  const wasThere = createWasThere({ open, hasOwnMounts, begunAtMs: Date.now() - 60_000 });

  expect(wasThere(join(home, "bin/git"), { ...seen, origin: "snapshot" })).toBe("before");
});

test("of what has mounts of its own it is not told", () => {
  const wasThere = createWasThere({ open, hasOwnMounts: () => true, begunAtMs: Date.now() });

  expect(wasThere(join(home, "bin/git"), seen)).toBe("elsewhere");
});
