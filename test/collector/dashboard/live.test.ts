import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { requires } from "../../support/requires.ts";
import { launchBrowser, signIn, visit } from "./support/browser.ts";
import { type TimedDeed, toStamp } from "./support/generate-run.ts";
import {
  beginSentRun,
  type ShownCollector,
  startShownCollector,
  toCi,
  toStart,
  TOKENS,
} from "./support/shown-collector.ts";

const { chromium } = requires;

describe.skipIf(!chromium.available)(`the dashboard while things happen${chromium.note}`, () => {
  let collector: ShownCollector;
  let browser: Browser;

  beforeAll(async () => {
    const lookMs = 50;
    [collector, browser] = await Promise.all([
      startShownCollector({
        sessionBounds: {
          idleMs: 60_000,
          wholeMs: 600_000,
          maxOfToken: 20,
          maxSessions: 100,
          lookMs,
        },
      }),
      launchBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await collector[Symbol.asyncDispose]();
  });

  test("a run that begins is on every list, and its end too", async () => {
    await using overview = await visit(browser);
    await using list = await visit(browser);
    await signIn(overview, collector.url, TOKENS.viewer);
    await signIn(list, collector.url, TOKENS.viewer);
    await list.page.goto(new URL("/runs", collector.url).href);
    await list.page.locator(".connection.live").waitFor();
    const run = await beginSentRun({ url: collector.url, ci: toCi("first") });
    await overview.page.getByRole("link", { name: /CI \/ first/ }).waitFor();
    await list.page.getByRole("link", { name: /CI \/ first/ }).waitFor();
    await run.send([{ at: Date.now(), deed: toStart(toCi("first")) }, toEnd()]);
    await run.end();
    await list.page.locator("tbody").getByText("succeeded").waitFor();

    expect([...overview.faults, ...list.faults]).toEqual([]);
  });

  test("events of a run that goes on come to its page, and what is found to the overview", async () => {
    await using reader = await visit(browser);
    await using overview = await visit(browser);
    await signIn(reader, collector.url, TOKENS.viewer);
    await signIn(overview, collector.url, TOKENS.viewer);
    const run = await beginSentRun({ url: collector.url, ci: toCi("second") });
    await run.send([{ at: Date.now(), deed: toStart(toCi("second")) }]);
    await reader.page.goto(new URL(`/runs/${run.runId}?tab=processes`, collector.url).href);
    await reader.page.getByText("No process was seen").waitFor();
    await run.send([toProcess("gcc"), toProcess("make")]);
    await reader.page.getByRole("treeitem", { name: /gcc/ }).waitFor();
    await reader.page.getByRole("treeitem", { name: /make/ }).waitFor();
    await run.send([toFinding()]);
    await overview.page.getByRole("link", { name: "a shell talks to a socket" }).waitFor();

    expect(
      await overview.page.getByRole("link", { name: /critical findings/ }).innerText(),
    ).toMatch(/^1/);
    expect([...reader.faults, ...overview.faults]).toEqual([]);
  });

  test("a connection that was lost is said to be, and what was missed is there afterwards", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await page.locator(".connection.live").waitFor();
    await page.context().setOffline(true);
    await page.route("**/v1/live", (route) => route.abort());
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.context().setOffline(false);
    await page.unroute("**/v1/live");
    const run = await beginSentRun({ url: collector.url, ci: toCi("third") });
    await run.send([{ at: Date.now(), deed: toStart(toCi("third")) }]);

    await expect.poll(() => page.getByRole("link", { name: /CI \/ third/ }).count()).toBe(1);
  });

  test("who signs out elsewhere hears nothing more", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await page.locator(".connection.live").waitFor();
    const other = await page.context().newPage();
    await other.goto(collector.url);
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByLabel("Operator token").waitFor();
    await other.close();

    await expect.poll(() => page.locator(".connection.live").count()).toBe(0);
  });
});

function toEnd(): TimedDeed {
  return {
    at: Date.now(),
    deed: {
      kind: "guard-stopped",
      runId: "guard",
      exitCode: 0,
      signal: null,
      sensors: [{ name: "kernel", status: "active", eventsSeen: 1, eventsDropped: 0 }],
    },
  };
}

function toProcess(program: string) {
  const executable = `/usr/bin/${program}`;
  return {
    at: Date.now(),
    deed: {
      kind: "process-started" as const,
      process: `${program.length}00-${program}`,
      parent: null,
      pid: 300,
      executed: true,
      executable,
      args: [executable],
      argsTruncated: false,
      workingDirectory: "/",
      userId: 0,
      groupId: 0,
      image: "file" as const,
    },
  };
}

function toFinding() {
  const at = toStamp(Date.now());
  return {
    at: Date.now(),
    deed: {
      kind: "finding",
      id: "f-1",
      rule: { id: "reverse-shell", name: "Reverse shell" },
      severity: "critical",
      process: null,
      message: "a shell talks to a socket",
      evidence: {},
      response: "report",
      count: 1,
      firstSeen: at,
      lastSeen: at,
    },
  } as const;
}
