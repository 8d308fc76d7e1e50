/** How soon the dashboard's pages are there, whether a long run can be moved smoothly, and how soon what happens is seen. */
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";

import { launchBrowser } from "../test/collector/dashboard/support/browser.ts";
import {
  beginSentRun,
  sendGeneratedRun,
  toCi,
  TOKENS,
  toStart,
} from "../test/collector/dashboard/support/shown-collector.ts";
import { measureFrames, noteMoments, readMoments } from "./dashboard-of/watch-page.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const GOALS =
  "Goals: the first page interactive within 500 ms with nothing cached; the time line of 50,000 events drawn within 1,000 ms, moved at 50 frames a second or more; an event that is sent on screen within 500 ms.";
const CANVAS = "canvas[role=application]";
/** Each looks at the page after a change of it. */
const FIRST_PAGE = {
  there: `document.querySelector("nav a[aria-current]")`,
  figures: `document.querySelector(".tiles")`,
};
const LONG_RUN = {
  begun: `document.querySelector("${CANVAS}")`,
  whole: `(window.wasLoading ||= document.querySelector("progress") !== null) && !document.querySelector("progress") && document.querySelector("${CANVAS}")`,
};

const MOVING_MS = 3_000;
/** A wheel that goes on, along the run and closer and further. */
const MOVE = `canvas.dispatchEvent(new WheelEvent("wheel", { deltaX: frame % 60 < 30 ? 40 : -40, bubbles: true, cancelable: true }));
  if (frame % 3 === 0) canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: frame % 120 < 60 ? -30 : 30, ctrlKey: true, clientX: 600, bubbles: true, cancelable: true }));
  canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: frame % 200 < 100 ? 12 : -12, bubbles: true, cancelable: true }))`;

await runBenchmark(
  {
    name: "dashboard",
    about: "the dashboard in a browser: first page, a long run, what happens while one looks on",
    options: {
      events: { default: 50_000, quick: 2_000, help: "events of the long run" },
      visits: {
        default: 10,
        quick: 2,
        help: "visits of each page, each of a browser that knows nothing",
      },
      sent: { default: 20, quick: 3, help: "events that are sent while somebody looks on" },
    },
    async run({ events, visits, sent }) {
      using work = createWorkDirectory();
      await using collector = await startCollector({
        dataDir: join(work.path, "data"),
        environment: {
          RUNNER_GUARD_AGENT_TOKEN: TOKENS.agent,
          RUNNER_GUARD_ADMIN_TOKEN: TOKENS.admin,
        },
      });
      const { url } = collector;
      for (let seed = 1; seed <= 10; seed += 1) {
        await sendGeneratedRun({ url, ci: toCi("build") }, { events: 300, seed });
      }
      const runId = await sendGeneratedRun({ url, ci: toCi("long") }, { events, seed: 20 });
      const browser = await launchBrowser();
      try {
        const first = await visitOften(browser, { url, path: "/", visits, moments: FIRST_PAGE });
        const long = await visitOften(browser, {
          url,
          path: `/runs/${runId}`,
          visits: Math.max(1, Math.floor(visits / 2)),
          moments: LONG_RUN,
        });
        const frames = await moveTimeline(browser, { url, runId });
        const seen = await watchEvents(browser, { url, sent });
        return {
          rows: [
            toRow(
              "first page, interactive, cold",
              first.map(({ there = 0 }) => there),
            ),
            toRow(
              `run of ${events} events, time line begun`,
              long.map(({ begun = 0 }) => begun),
            ),
            toRow(
              `run of ${events} events, all of it drawn`,
              long.map(({ whole = 0 }) => whole),
            ),
            toRow("a frame while the time line is moved", frames),
            toRow("an event, from sent to seen", seen),
          ],
          notes: [
            GOALS,
            `Moved at ${((frames.length * 1_000) / sum(frames)).toFixed(1)} frames a second.`,
          ],
          measured: { first, long, frames, seen },
        };
      } finally {
        await browser.close();
      }
    },
  },
  process.argv.slice(2),
);

interface Visits {
  readonly url: string;
  readonly path: string;
  readonly visits: number;
  readonly moments: Readonly<Record<string, string>>;
}

async function visitOften(browser: Browser, { url, path, visits, moments }: Visits) {
  const all: Readonly<Record<string, number>>[] = [];
  for (let count = 0; count < visits; count += 1) {
    await using page = await openSignedIn(browser, url);
    await noteMoments(page, moments);
    await page.goto(new URL(path, url).href, { waitUntil: "commit" });
    all.push(await readMoments(page, Object.keys(moments).length));
  }
  return all;
}

async function moveTimeline(
  browser: Browser,
  { url, runId }: { readonly url: string; readonly runId: string },
): Promise<readonly number[]> {
  await using page = await openSignedIn(browser, url);
  await page.goto(new URL(`/runs/${runId}`, url).href);
  await page.locator(CANVAS).waitFor();
  await page.locator("progress").waitFor({ state: "detached" });
  await page.waitForTimeout(1_000);
  return await measureFrames(page, { selector: CANVAS, deed: MOVE, ms: MOVING_MS });
}

/** Milliseconds each, by the one clock of this machine. */
async function watchEvents(
  browser: Browser,
  { url, sent }: { readonly url: string; readonly sent: number },
): Promise<readonly number[]> {
  await using page = await openSignedIn(browser, url);
  const run = await beginSentRun({ url, ci: toCi("watched") });
  await run.send([{ at: Date.now(), deed: toStart(toCi("watched")) }]);
  await page.goto(new URL(`/runs/${run.runId}?tab=destinations`, url).href);
  await page.getByText("No connection").waitFor();
  await page.evaluate(`{
    window.seen = {};
    new MutationObserver(() => {
      for (const [name] of document.querySelector("main").innerText.matchAll(/watched-\\d+\\.example/g)) window.seen[name] ??= Date.now();
    }).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
  }`);
  const delays: number[] = [];
  for (let count = 0; count < sent; count += 1) {
    const name = `watched-${count}.example`;
    const sentAt = Date.now();
    await run.send([{ at: sentAt, deed: toConnection(name) }]);
    const seenAt = await page
      .waitForFunction((wanted) => Reflect.get(globalThis, "seen")[wanted], name, { polling: 20 })
      .then((handle) => handle.jsonValue());
    delays.push(Number(seenAt) - sentAt);
    await page.waitForTimeout(150 + (count % 5) * 60);
  }
  return delays;
}

/** Of a reader whose browser has nothing of it yet but who he is. */
async function openSignedIn(browser: Browser, url: string): Promise<Page & AsyncDisposable> {
  const response = await fetch(new URL("/v1/session", url), {
    method: "POST",
    headers: { authorization: `Bearer ${TOKENS.admin}` },
  });
  const [name = "", value = ""] = (response.headers.getSetCookie()[0] ?? "").split(/[=;]/);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ name, value, url }]);
  const page = await context.newPage();
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

function toConnection(domain: string) {
  const at = `${new Date().toISOString().slice(0, -1)}000Z`;
  return {
    kind: "connection" as const,
    process: null,
    network: { transport: "tcp" as const, family: "ipv4" as const },
    destination: { ip: "198.51.100.7", port: 443, domain },
    verdict: "allowed" as const,
    rule: "default",
    results: { established: 1 },
    bytesSent: 1,
    bytesReceived: 1,
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

function toRow(what: string, values: readonly number[]): Row {
  return {
    what,
    "median ms": toQuantile(values, 0.5).toFixed(1),
    "p95 ms": toQuantile(values, 0.95).toFixed(1),
    "most ms": Math.max(...values).toFixed(1),
    times: values.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
