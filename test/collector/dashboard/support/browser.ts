/** A browser as operators have it, and what went wrong on its pages: what it reports of the policy, of errors, and of dialogs that nobody asked for. */
import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

export type Theme = "light" | "dark";

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Errors on the console, reports of the content security policy, exceptions and dialogs. */
  readonly faults: readonly string[];
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: Theme;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // A container's root has no sandbox of its own, and its /dev/shm is small.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

/** A reader of his own: no cookie of another's. */
export async function visit(
  browser: Browser,
  { width = 1440, height = 900, theme = "light" }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  });
  const faults: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({
    content: `document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      console.error("policy: " + effectiveDirective + " " + blockedURI));
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.layoutShift += value;
    }).observe({ type: "layout-shift", buffered: true });`,
  });
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

export async function signIn({ page }: Visit, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Operator token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
