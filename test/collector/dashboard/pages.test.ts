import { mkdirSync } from "node:fs";
import { join } from "node:path";

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";

import { requires } from "../../support/requires.ts";
import { ask } from "../support/guard-client.ts";
import type { Deed } from "../support/played-job.ts";
import { launchBrowser, signIn, type Theme, visit } from "./support/browser.ts";
import { toStamp } from "./support/generate-run.ts";
import { sendHostileRun } from "./support/hostile-run.ts";
import {
  beginSentRun,
  sendGeneratedRun,
  type ShownCollector,
  startShownCollector,
  toCi,
  toStart,
  TOKENS,
} from "./support/shown-collector.ts";

const { chromium } = requires;
/** For whoever wants to know what it looks like: made anew by each run of these tests. */
const SCREENSHOTS = join(import.meta.dirname, "../../../.cache/dashboard-screenshots");
const WIDE = 1440;
const SIZES = [
  { width: WIDE, height: 900 },
  { width: 820, height: 1180 },
  { width: 360, height: 780 },
];
const THEMES: readonly Theme[] = ["light", "dark"];
const TABS = [
  "timeline",
  "findings",
  "processes",
  "destinations",
  "names",
  "files",
  "secrets",
  "blind",
  "responses",
  "events",
];
/** Nothing is hidden from who looks at all of a page. */
const UNFOLD = "for (const folded of document.querySelectorAll('details')) folded.open = true";
const listSchema = z.object({ items: z.array(z.object({ id: z.string() })) });
const seenSchema = z.object({ overflow: z.number(), shift: z.number() });
const violationsSchema = z.array(
  z.object({ id: z.string(), impact: z.string(), targets: z.array(z.string()) }),
);

describe.skipIf(!chromium.available)(`the dashboard's pages${chromium.note}`, () => {
  let collector: ShownCollector;
  let browser: Browser;
  let runId: string;
  let hostileId: string;
  /** By names that files can have. */
  let pages: ReadonlyMap<string, string>;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    [collector, browser] = await Promise.all([startShownCollector(), launchBrowser()]);
    const { url } = collector;
    await sendGeneratedRun({ url, ci: toCi("build") }, { events: 300, seed: 1 });
    runId = await sendGeneratedRun({ url, ci: toCi("build") }, { events: 4_000, seed: 3 });
    hostileId = await sendHostileRun(url);
    const live = await beginSentRun({ url, ci: toCi("test") });
    await live.send([{ at: Date.now(), deed: toStart(toCi("test")) }]);
    pages = await listPages(url, runId);
  });
  afterAll(async () => {
    await browser.close();
    await collector[Symbol.asyncDispose]();
  });

  test.each(THEMES.flatMap((theme) => SIZES.map((size) => ({ theme, ...size }))))(
    "are whole, in $theme at $width pixels, also for those who do not see or point",
    async ({ theme, width, height }) => {
      await using reader = await visit(browser, { theme, width, height });
      const { page, faults } = reader;
      const found: Seen[] = [];
      const isWide = width === WIDE;
      await page.goto(collector.url);
      await page.getByLabel("Operator token").waitFor();
      found.push(await look(page, { name: "sign-in", isAudited: isWide }));
      await signIn(reader, collector.url, TOKENS.admin);
      // What assistive technology is told of a page does not depend on how wide it is.
      const parts = isWide ? TABS.map((tab) => [`run-${tab}`, `/runs/${runId}?tab=${tab}`]) : [];
      for (const [name = "", path = ""] of [...pages, ...parts]) {
        await open(page, path);
        found.push(await look(page, { name, isAudited: isWide }));
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${theme}.png`) });
      }

      expect(faults).toEqual([]);
      expect(found.filter(({ overflow, violations }) => overflow + violations.length > 0)).toEqual(
        [],
      );
      // As https://web.dev/articles/cls has it: what is good.
      expect(found.filter(({ shift }) => shift > 0.1)).toEqual([]);
    },
  );

  test("show hostile text as text", async () => {
    await using reader = await visit(browser, { width: 820 });
    const { page, faults } = reader;
    await signIn(reader, collector.url, TOKENS.admin);
    const { body } = await ask(collector.url, TOKENS.admin, `/v1/findings?run=${hostileId}`);
    const { items } = listSchema.parse(body);
    const paths = [
      "/",
      "/runs",
      "/incidents",
      "/findings",
      ...TABS.map((tab) => `/runs/${hostileId}?tab=${tab}&process=4711-a1`),
      ...items.map(({ id }) => `/findings/${encodeURIComponent(id)}`),
    ];
    for (const path of paths) {
      await open(page, path);
      const made = await page.evaluate(`({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        elements: document.querySelectorAll("main img, main script, main svg[onload], main iframe").length,
        links: [...document.querySelectorAll("main a")].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
        turned: document.body.innerText.includes("\\u202e"),
      })`);

      expect({ path, made, faults }).toEqual({
        path,
        made: { overflow: 0, elements: 0, links: 0, turned: false },
        faults: [],
      });
    }
  });

  test("make no more of a long list than somebody reads", async () => {
    const run = await beginSentRun({ url: collector.url, ci: toCi("long") });
    const deeds = listLongDeeds();
    await run.send([toStart(toCi("long")), ...deeds].map((deed) => ({ at: Date.now(), deed })));
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    for (const part of ["tab=blind", "tab=processes&process=7-a"]) {
      await page.goto(new URL(`/runs/${run.runId}?${part}`, collector.url).href);
      await page.getByText("Show more: 200 of 1,000").first().waitFor();

      expect(await page.locator("main *").count()).toBeLessThan(4_000);
    }
  });

  test("show what is not there, and what cannot be reached", async () => {
    await using reader = await visit(browser);
    const { page } = reader;
    await signIn(reader, collector.url, TOKENS.viewer);
    await page.goto(new URL("/nothing", collector.url).href).catch(() => undefined);
    await page.goto(new URL("/runs/00000000-0000-4000-8000-000000000000", collector.url).href);

    await expect.poll(() => page.getByText("There is nothing here").count()).toBe(1);

    await page.goto(new URL("/runs?search=nobody-has-this-name", collector.url).href);

    await expect.poll(() => page.getByText("None is as these filters ask.").count()).toBe(1);

    await page.goto(new URL("/runs", collector.url).href);
    await page.getByRole("link", { name: "acme/app" }).first().waitFor();
    await page.route("**/v1/runs?**", (route) => route.abort());
    await page.getByLabel("Result").selectOption("succeeded");

    await expect.poll(() => page.getByText("The collector does not answer.").count()).toBe(1);

    await page.unroute("**/v1/runs?**");
    await page.getByRole("button", { name: "Try again" }).click();

    await expect.poll(() => page.getByRole("table").count()).toBe(1);
  });

  async function open(page: Page, path: string): Promise<void> {
    await page.goto(new URL(path, collector.url).href);
    await page.locator("h1").first().waitFor();
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
  }
});

interface Seen {
  readonly name: string;
  readonly overflow: number;
  readonly shift: number;
  readonly violations: readonly unknown[];
}

async function look(
  page: Page,
  { name, isAudited }: { readonly name: string; readonly isAudited: boolean },
): Promise<Seen> {
  const seen = await page.evaluate(`(() => {
    const shift = window.layoutShift;
    ${UNFOLD};
    return { shift, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth };
  })()`);
  const violations = isAudited ? await findViolations(page) : [];
  return { name, ...seenSchema.parse(seen), violations };
}

/** By way of the browser itself: as a script of the page it would be refused. */
async function findViolations(page: Page) {
  const context = page.context();
  const session = await context.newCDPSession(page);
  const { result } = await session.send("Runtime.evaluate", {
    expression: `${axe.source}; axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations.map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.map(({ target }) => String(target)) }))))`,
    awaitPromise: true,
  });
  await session.detach();
  return violationsSchema
    .parse(JSON.parse(String(result.value)))
    .filter(({ impact }) => ["serious", "critical"].includes(impact));
}

/** A thousand of each that has no bound of its own. */
function listLongDeeds(): readonly Deed[] {
  const at = toStamp(Date.now());
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  const lost = { kind: "events-dropped", sensor: "kernel", count: 1 } as const;
  const check = { severity: "low", status: "failed", message: "it is open" } as const;
  const finding = {
    kind: "finding",
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "low",
    process: "7-a",
    message: "a shell talks to a socket",
    evidence: {},
    response: "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  } as const;
  return [
    {
      kind: "process-started",
      process: "7-a",
      parent: null,
      pid: 7,
      executed: true,
      executable: "/bin/sh",
      args: ["sh"],
      argsTruncated: false,
      workingDirectory: "/",
      userId: 0,
      groupId: 0,
      image: "file",
    },
    { kind: "posture", score: 1, checks: numbers.map((id) => ({ id: String(id), ...check })) },
    ...numbers.map((number) => ({ ...lost, reason: `reason ${number}` })),
    ...numbers.map((number) => ({ ...finding, id: `f-${number}` })),
  ];
}

async function listPages(url: string, runId: string): Promise<ReadonlyMap<string, string>> {
  const first = async (path: string): Promise<string> => {
    const list = async (): Promise<string> => {
      const { items } = listSchema.parse((await ask(url, TOKENS.admin, path)).body);
      const [item] = items;
      if (item === undefined) throw new Error(`${path}: there is none yet`);
      return item.id;
    };
    return vi.waitFor(list, { timeout: 30_000 });
  };
  const [finding, incident, baseline] = await Promise.all([
    first(`/v1/findings?run=${runId}`),
    first("/v1/incidents"),
    first("/v1/baselines"),
  ]);
  return new Map([
    ["overview", "/"],
    ["runs", "/runs"],
    ["run", `/runs/${runId}`],
    ["processes", `/runs/${runId}?tab=processes`],
    ["destinations", `/runs/${runId}?tab=destinations`],
    ["blind-spots", `/runs/${runId}?tab=blind`],
    ["incidents", "/incidents"],
    ["findings", "/findings"],
    ["finding", `/findings/${encodeURIComponent(finding)}`],
    ["incident", `/incidents/${encodeURIComponent(incident)}`],
    ["baselines", "/baselines"],
    ["baseline", `/baselines/${baseline}`],
    ["baseline-changes", `/baselines/${baseline}?tab=changes`],
    ["suggested-policy", `/baselines/${baseline}?tab=policy`],
    ["fleet", "/fleet"],
    ["settings", "/settings"],
  ]);
}
