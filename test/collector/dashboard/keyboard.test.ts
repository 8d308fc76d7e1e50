import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { requires } from "../../support/requires.ts";
import { launchBrowser, type Visit, visit } from "./support/browser.ts";
import {
  sendGeneratedRun,
  type ShownCollector,
  startShownCollector,
  toCi,
  TOKENS,
} from "./support/shown-collector.ts";

const { chromium } = requires;
/** More than any page has before what is looked for. */
const MAX_TABS = 60;

describe.skipIf(!chromium.available)(`the dashboard by keys alone${chromium.note}`, () => {
  let collector: ShownCollector;
  let browser: Browser;

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startShownCollector(), launchBrowser()]);
    const job = { url: collector.url, ci: toCi("build") };
    await sendGeneratedRun(job, { events: 3_000, seed: 3 });
  });
  afterAll(async () => {
    await browser.close();
    await collector[Symbol.asyncDispose]();
  });

  test("signs in, goes to a run, moves its time line and its tree, and says something of a finding", async () => {
    await using reader = await visit(browser);
    const { page, faults } = reader;
    const { keyboard } = page;
    await page.goto(collector.url);
    await page.getByLabel("Operator token").waitFor();
    await keyboard.type(TOKENS.responder);
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await tabTo(reader, "Runs");
    await keyboard.press("Enter");
    await page
      .getByRole("link", { name: /acme\/app/ })
      .first()
      .waitFor();
    await tabTo(reader, "acme/app");
    await keyboard.press("Enter");
    await page.getByRole("application").waitFor();
    await tabTo(reader, "time line");
    for (const key of ["+", "+", "ArrowRight", "ArrowDown"]) await keyboard.press(key);

    await expect.poll(() => page.url()).toContain("range=");

    await keyboard.press("0");

    await expect.poll(() => page.url()).not.toContain("range=");

    await keyboard.press("n");

    await expect.poll(() => page.url()).toContain("range=");

    await page.getByRole("link", { name: /^Processes/ }).focus();
    await keyboard.press("Enter");
    await page.getByRole("tree").waitFor();
    await page.getByRole("tree").focus();
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");

    await expect.poll(() => page.getByRole("treeitem", { selected: true }).count()).toBe(1);

    await page.getByRole("link", { name: /^Findings\s*\d/ }).focus();
    await keyboard.press("Enter");
    await page
      .getByRole("link", { name: /bash reads its commands/ })
      .first()
      .focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await tabTo(reader, "Acknowledge");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    expect(faults).toEqual([]);
  });
});

/** As somebody does who does not point: until what has the focus says so. */
async function tabTo({ page }: Visit, name: string): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(
      // A region that scrolls has the focus too, and holds what is looked for.
      `((element) => element?.matches("a, button, canvas") ? element.textContent + " " + element.getAttribute("aria-roledescription") : "")(document.activeElement)`,
    );
    if (String(said).includes(name)) return;
  }
  throw new Error(`${name}: no key leads there`);
}
