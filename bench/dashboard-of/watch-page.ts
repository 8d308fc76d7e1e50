/** What a page says of itself while it is measured: when something is on it, and how its frames follow on one another. */
import type { Page } from "playwright-core";
import { z } from "zod";

const timesSchema = z.record(z.string(), z.number());
const framesSchema = z.array(z.number());

/**
 * Notes when each of these is true for the first time: expressions over the page, looked at after each change of it, when it has been
 * drawn. Milliseconds since navigation began.
 */
export async function noteMoments(
  page: Page,
  moments: Readonly<Record<string, string>>,
): Promise<void> {
  const looks = Object.entries(moments).map(
    ([name, expression]) => `
      if (times.${name} === undefined && (${expression})) {
        times.${name} = -1;
        requestAnimationFrame(() => setTimeout(() => (times.${name} = performance.now())));
      }`,
  );
  await page.addInitScript({
    content: `{
      const times = (window.moments = {});
      new MutationObserver(() => { ${looks.join("\n")} }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
    }`,
  });
}

/** When all of them are true. */
export async function readMoments(
  page: Page,
  count: number,
): Promise<Readonly<Record<string, number>>> {
  for (;;) {
    const times = timesSchema.parse(await page.evaluate("window.moments ?? {}"));
    const known = Object.values(times).filter((time) => time >= 0);
    if (known.length === count) return times;
    await page.waitForTimeout(20);
  }
}

/** Milliseconds between frames while `deed` is done in each of them: an expression over \`canvas\` and \`frame\`. */
export async function measureFrames(
  page: Page,
  { selector, deed, ms }: { readonly selector: string; readonly deed: string; readonly ms: number },
): Promise<readonly number[]> {
  const frames = await page.evaluate(`new Promise((resolve) => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    const times = [];
    let frame = 0;
    const step = (now) => {
      times.push(now);
      ${deed};
      frame += 1;
      if (now - times[0] < ${ms}) requestAnimationFrame(step);
      else resolve(times.slice(1).map((time, index) => time - times[index]));
    };
    requestAnimationFrame(step);
  })`);
  return framesSchema.parse(frames);
}
