/** A few of what `npm run soak:ingest` sends a million of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { attackCollector } from "./support/attack-collector.ts";
import { startCollectorProcess } from "./support/collector-process.ts";
import { HOSTILE_KINDS } from "./support/hostile-requests.ts";

const REQUESTS = 1_000;
/** Ten times what a machine takes that others use, too. */
const TIMEOUT_MS = 120_000;
const AGENT = "agent-token-of-the-test";
const ADMIN = "admin-token-of-the-test";

test(
  "hostile requests are refused with a reason, and change nobody's run",
  { timeout: TIMEOUT_MS },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "collector-"));
    const seed = Math.floor(Math.random() * 0xff_ff_ff_ff);
    const tokens = { agentToken: AGENT, adminToken: ADMIN };
    await using collector = await startCollectorProcess({ dataDir, ...tokens });
    const { url } = collector;
    const { faults, kinds } = await attackCollector({ url, ...tokens, requests: REQUESTS, seed });

    // That runs began is no trouble.
    const said = collector.said().replaceAll(/^\{"level":"info",.*\n/gm, "");
    expect({ seed, faults, said }).toEqual({
      seed,
      faults: [],
      said: expect.stringMatching(/^runner-guard-collector: ready: .*\n$/),
    });
    expect(Object.keys(kinds).toSorted()).toEqual(HOSTILE_KINDS.toSorted());
    rmSync(dataDir, { recursive: true, force: true });
  },
);
