import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";

import { requires } from "../../support/requires.ts";
import { ask } from "../support/guard-client.ts";
import { launchBrowser, signIn, visit } from "./support/browser.ts";
import { toStamp } from "./support/generate-run.ts";
import {
  beginSentRun,
  sendGeneratedRun,
  type SentRun,
  type ShownCollector,
  startShownCollector,
  toCi,
  toStart,
  TOKENS,
} from "./support/shown-collector.ts";

const { chromium } = requires;
const listSchema = z.object({ items: z.array(z.object({ id: z.string(), state: z.string() })) });
/** A run teaches when it is over, and others may be taught first. */
const LEARNING = { timeout: 30_000 };
const auditSchema = z.object({
  items: z.array(z.object({ action: z.string(), role: z.string(), said: z.string().nullable() })),
});

describe.skipIf(!chromium.available)(`what people do on the dashboard${chromium.note}`, () => {
  let collector: ShownCollector;
  let browser: Browser;
  let run: SentRun;

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startShownCollector(), launchBrowser()]);
    const { url } = collector;
    await sendGeneratedRun({ url, ci: toCi("build") }, { events: 300, seed: 1 });
    await sendGeneratedRun({ url, ci: toCi("build") }, { events: 4_000, seed: 3 });
    run = await beginSentRun({ url, ci: toCi("live") });
    await run.send([{ at: Date.now(), deed: toStart(toCi("live")) }, toFinding("f-live")]);
  });
  afterAll(async () => {
    await browser.close();
    await collector[Symbol.asyncDispose]();
  });

  test("a token that is none signs nobody in, and an agent's neither", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await page.goto(collector.url);
    await page.getByLabel("Operator token").fill("no-token-of-anybody");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This is not an operator's token.").waitFor();
    await page.getByLabel("Operator token").fill(TOKENS.agent);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("agents do not sign in here").waitFor();

    expect(await page.context().cookies()).toEqual([]);
  });

  test("a session is a cookie that no script reads, and its end signs out", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);

    expect(await page.context().cookies()).toMatchObject([
      { name: "runner-guard", httpOnly: true, sameSite: "Strict", expires: -1 },
    ]);
    expect(await page.evaluate("document.cookie")).toBe("");

    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Operator token").waitFor();

    expect(await page.context().cookies()).toEqual([]);
  });

  test("a viewer is offered nothing that changes anything", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    const names: string[] = [];
    for (const path of [
      `/runs/${run.runId}`,
      `/findings/${run.runId}.f-live`,
      "/baselines/1",
      "/settings",
    ]) {
      await open(page, path);
      names.push(...(await page.locator("main").getByRole("button").allInnerTexts()));
    }

    expect(names).toEqual(["+", "−", "Whole", "Previous finding", "Next finding"]);
  });

  test("a responder acknowledges a finding, reopens it, and suppresses it", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.responder);
    await open(page, `/findings/${run.runId}.f-live`);
    const say = async (deed: string): Promise<void> => {
      await page.getByRole("button", { name: deed, exact: true }).click();
      const dialog = page.getByRole("dialog");
      if (deed !== "Reopen") {
        await dialog.getByLabel("Who sees to it").fill("Ada");
        await dialog.getByLabel("Why").fill("it is a test");
      }
      await dialog.getByRole("button", { name: deed, exact: true }).click();
      await dialog.waitFor({ state: "hidden" });
    };
    await say("Acknowledge");
    await page.getByText("acknowledged").first().waitFor();
    await say("Reopen");
    await page.getByText("open", { exact: true }).first().waitFor();
    await say("Suppress");
    await page.getByText("suppressed").first().waitFor();
    await say("Reopen");
    await page.getByText("open", { exact: true }).first().waitFor();

    const { body } = await ask(collector.url, TOKENS.admin, "/v1/audit?limit=100");
    const changes = auditSchema.parse(body).items.filter(({ action }) => action.startsWith("POST"));

    expect(changes.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        "POST /v1/findings/{id}/acknowledge",
        "POST /v1/findings/{id}/suppress",
        "POST /v1/findings/{id}/reopen",
      ]),
    );
    expect(changes[0]).toMatchObject({ role: "responder" });
  });

  test("a responder makes what a baseline found part of it", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    const found = await vi.waitFor(async () => {
      const path = "/v1/findings?rule=new-destination&state=open";
      const { items } = listSchema.parse((await ask(collector.url, TOKENS.admin, path)).body);
      const [first] = items;
      if (first === undefined) throw new Error("nothing was found yet");
      return first.id;
    });
    await signIn(reader, collector.url, TOKENS.responder);
    await open(page, `/findings/${encodeURIComponent(found)}`);
    await page.getByRole("button", { name: "Mark expected" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Who sees to it").fill("Ada");
    await dialog.getByLabel("Why").fill("the job goes there since today");
    await dialog.getByRole("button", { name: "Mark expected" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("expected", { exact: true }).first().waitFor();

    const { body } = await ask(collector.url, TOKENS.admin, `/v1/findings/${found}`);

    expect(body).toMatchObject({ state: "expected" });
  });

  test("a responder has a run's job killed, with the reason", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.responder);
    await open(page, `/runs/${run.runId}`);
    await page.getByRole("button", { name: "Kill the job" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("it talks to evil.example");
    await dialog.getByRole("button", { name: "Kill the job" }).click();
    await dialog.waitFor({ state: "hidden" });
    const { body } = await ask(collector.url, TOKENS.admin, `/v1/runs/${run.runId}/responses`);

    expect(body).toMatchObject({
      items: [{ action: "kill-job", reason: "it talks to evil.example", automatic: false }],
    });

    await page.getByRole("link", { name: "Responses" }).click();
    await page.getByText("it talks to evil.example").first().waitFor();
  });

  test("an admin arms responses, tests a sink, gives a token and takes it back", async () => {
    await using reader = await visit(browser);
    const { page, faults } = reader;
    await signIn(reader, collector.url, TOKENS.admin);
    await open(page, "/settings");
    await page.getByRole("button", { name: "Arm", exact: true }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("a test");
    await page.getByRole("dialog").getByRole("button", { name: "Arm" }).click();
    await page.getByText("armed", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Test lines" }).click();
    await page.getByText("heard", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Give out a token" }).click();
    await page.getByRole("dialog").getByLabel("Role").selectOption("viewer");
    await page.getByRole("dialog").getByRole("button", { name: "Give out" }).click();
    const token = await page.locator(".notice code").innerText();

    expect((await ask(collector.url, token, "/v1/runs")).status).toBe(200);

    await page.getByRole("button", { name: /^Take back/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await page.getByText("No tokens but those that environment variables give").waitFor();

    await expect.poll(async () => (await ask(collector.url, token, "/v1/runs")).status).toBe(401);
    expect(faults).toEqual([]);
  });

  test("an admin has a job learned anew", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.admin);
    await open(page, "/baselines");
    await page.getByRole("link", { name: "acme/app" }).first().click();
    await page.getByRole("button", { name: "Forget and learn anew" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("a <b>test</b>\u202e");
    await page.getByRole("dialog").getByRole("button", { name: "Forget and learn anew" }).click();

    await expect.poll(() => page.getByText("No destination").count()).toBe(1);

    await page.getByRole("link", { name: "Changes" }).click();
    const changes = page.locator(".changes > li");

    await expect
      .poll(() => changes.first().innerText())
      .toMatch(/^Forgotten, and learned anew[^]*admin [^]*a <b>test<\/b>\\u\{202e\}/);
    expect(await changes.last().innerText()).toMatch(
      /^Run 1 of those that taught[^]*learning[^]*stable[^]*\+\s\d+ destinations/,
    );

    await changes.last().getByRole("link").click();

    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/runs\//);
  });

  test("runs are searched, filtered and put in order, and the address says how", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await open(page, "/runs");
    await page.getByLabel("Search").fill("LIVE");
    await expect.poll(() => page.url()).toContain("search=LIVE");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => page.locator("tbody tr").count()).toBeGreaterThan(2);
    await page.getByLabel("Order").selectOption("events");

    await expect.poll(() => page.locator("tbody tr").first().innerText()).toContain("4,001");

    await page.getByLabel("Findings").selectOption("some");
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);

    expect(await page.getByLabel("Order").inputValue()).toBe("events");
    expect(await page.getByLabel("Findings").inputValue()).toBe("some");
  });

  test("a finding leads to its process in the tree", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await open(page, "/runs?sort=events");
    await page.getByRole("link", { name: "acme/app" }).first().click();
    await page.getByRole("link", { name: /^Findings\s*\d/ }).click();
    await page
      .getByRole("link", { name: /bash reads its commands/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Who started it" }).waitFor();
    await page.locator(".lineage a").last().click();

    await expect.poll(() => page.getByRole("treeitem", { selected: true }).count()).toBe(1);
  });

  test("a suggested policy is held against the one in force", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await sendGeneratedRun({ url: collector.url, ci: toCi("policy") }, { events: 400, seed: 9 });
    const id = await vi.waitFor(async () => {
      const { body } = await ask(collector.url, TOKENS.admin, "/v1/baselines");
      const { items } = z
        .object({ items: z.array(z.object({ id: z.string(), job: z.string().nullable() })) })
        .parse(body);
      const found = items.find(({ job }) => job === "policy");
      if (found === undefined) throw new Error("it has not learned yet");
      return found.id;
    }, LEARNING);
    await open(page, `/baselines/${id}?tab=policy`);
    await page.getByText("old.example").waitFor();

    expect(await page.locator(".diff .removed").allInnerTexts()).toEqual([
      expect.stringContaining("old.example"),
    ]);
    expect(await page.locator(".diff .kept").count()).toBe(1);
    expect(await page.locator(".diff .added").count()).toBeGreaterThan(0);

    await page.getByText("Compare with another policy").click();
    await page.getByLabel("A policy file, pasted here").fill("egress:\n  allow: [other.example]\n");

    await expect
      .poll(() => page.locator(".given .removed").allInnerTexts())
      .toEqual([expect.stringContaining("other.example")]);

    await page.getByRole("link", { name: /^run [0-9a-f]{8}$/ }).click();
    await page.getByRole("link", { name: "Blind spots" }).click();

    await expect
      .poll(() => page.getByRole("list", { name: "Allowed" }).innerText())
      .toBe("github.com:443\nold.example");
    expect(await page.getByRole("list", { name: "Denied" }).innerText()).toBe("evil.example");

    await page.route("**/v1/policies/in-force?*", (route) =>
      route.fulfill({
        status: 404,
        json: { error: { code: "not-found", message: "no guard has said it" } },
      }),
    );
    await open(page, `/baselines/${id}?tab=policy`);
    await page.getByText("no guard has said it").waitFor();
    await page.getByLabel("A policy file, pasted here").fill("egress:\n  allow: [old.example]\n");

    await expect
      .poll(() => page.locator(".diff .removed").allInnerTexts())
      .toEqual([expect.stringContaining("old.example")]);
  });

  async function open(page: Page, path: string): Promise<void> {
    await page.goto(new URL(path, collector.url).href);
    await page.locator("h1").first().waitFor();
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
  }
});

function toFinding(id: string) {
  const at = toStamp(Date.now());
  return {
    at: Date.now(),
    deed: {
      kind: "finding",
      id,
      rule: { id: "reverse-shell", name: "Reverse shell" },
      severity: "high",
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
