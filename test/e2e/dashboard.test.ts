/** What a real guard sees of a real job, as a person sees it in a browser. */
import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { launchBrowser, signIn, visit } from "../collector/dashboard/support/browser.ts";
import {
  type ShownCollector,
  startShownCollector,
  TOKENS,
} from "../collector/dashboard/support/shown-collector.ts";
import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const { bpf, chromium } = requires;
const POLICY = `
version: 1
egress: { mode: audit, allow: [packages.example] }
rules:
  no-env:
    title: env is not used here
    severity: high
    on: process
    when: { process.name: env }
`;
const JOB = {
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "acme/shop",
  GITHUB_WORKFLOW: "release",
  GITHUB_JOB: "publish",
  GITHUB_REF: "refs/heads/main",
};

describe.skipIf(!bpf.available || !chromium.available)(
  `a guarded job on the dashboard${bpf.note}${chromium.note}`,
  () => {
    let collector: ShownCollector;
    let browser: Browser;
    beforeAll(async () => {
      [collector, browser] = await Promise.all([startShownCollector(), launchBrowser()]);
    });
    afterAll(async () => {
      await browser.close();
      await collector[Symbol.asyncDispose]();
    });

    test("shows what it did, who started what, where it went, and that all of it is the guard's", async () => {
      using place = new Workplace();
      place.write("policy.yml", POLICY);
      const { port } = new URL(collector.url);
      const { ended } = await place.report(
        [
          "--policy",
          place.path("policy.yml"),
          "--enforcement",
          "none",
          "--collector",
          collector.url,
        ],
        [
          "sh",
          "-c",
          `env MARKED=1 true; bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}'; echo made > made.txt`,
        ],
        { env: { ...JOB, RUNNER_GUARD_COLLECTOR_TOKEN: TOKENS.agent } },
      );

      expect(ended.status).toBe(0);

      await using reader = await visit(browser);
      const { page, faults } = reader;
      await signIn(reader, collector.url, TOKENS.viewer);
      await page.goto(new URL("/runs", collector.url).href);
      await page.getByRole("link", { name: /acme\/shop.*release \/ publish/s }).click();
      await page.getByText("verified", { exact: true }).waitFor();
      await page.getByRole("region", { name: "What happened" }).getByText(/env/).first().waitFor();
      const run = page.url();

      await goTo(page, `${run}?tab=processes`);
      await page.getByRole("treeitem", { name: /^.*env.*MARKED=1 true/s }).waitFor();
      await goTo(page, `${run}?tab=destinations`);
      await page
        .getByRole("cell", { name: `localhost:${port}` })
        .first()
        .waitFor();
      await goTo(page, `${run}?tab=files`);
      await page
        .getByRole("cell", { name: /made\.txt$/ })
        .first()
        .waitFor();
      await goTo(page, `${run}?tab=blind`);
      await page.getByText("packages.example").waitFor();

      await goTo(page, `${run}?tab=findings`);
      await page.getByRole("cell", { name: /env/ }).getByRole("link").first().click();
      await page.getByRole("heading", { name: "Who started it" }).waitFor();

      expect(await page.locator(".lineage a").allInnerTexts()).toEqual([
        expect.stringMatching(/sh$/),
        "env",
      ]);
      expect(await page.locator(".place").innerText()).toContain("acme/shop / release / publish");
      expect(faults).toEqual([]);
    });
  },
);

async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator("h1").first().waitFor();
  await expect.poll(() => page.locator(".loading").count()).toBe(0);
}
