import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type HonestBuild, NODE, writeFiles } from "./honest-build.ts";

const DRIVER = fileURLToPath(new URL("drive-browser.mjs", import.meta.url));
const QUIET = ["--headless", "--disable-gpu", "--disable-background-networking"];
const NOBODY = 65_534;
const PAGE =
  "<!doctype html><title>sample</title><p>hello<script>new Worker('data:text/javascript,1')</script>\n";

export const BROWSER_BUILDS: readonly HonestBuild[] = [
  {
    name: "Chromium headless",
    needs: ["chromium"],
    prepare: (folder) => [
      "chromium",
      "--no-sandbox",
      ...QUIET,
      `--user-data-dir=${join(folder, "profile")}`,
      "--dump-dom",
      "data:text/html,<p>hello</p>",
    ],
  },
  {
    name: "Chromium headless: a screenshot of a local file",
    needs: ["chromium"],
    prepare(folder) {
      writeFiles(folder, { "page.html": PAGE });
      return [
        "chromium",
        "--no-sandbox",
        ...QUIET,
        `--user-data-dir=${join(folder, "profile")}`,
        `--screenshot=${join(folder, "page.png")}`,
        `file://${folder}/page.html`,
      ];
    },
  },
  {
    name: "Chromium in its sandbox, as another user",
    needs: ["chromium", "setpriv"],
    prepare(folder) {
      writeFiles(folder, { "page.html": PAGE });
      mkdirSync(join(folder, "home"));
      for (const path of [folder, join(folder, "home")]) chownSync(path, NOBODY, NOBODY);
      return [
        "env",
        `HOME=${folder}/home`,
        "setpriv",
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        "--clear-groups",
        "--",
        "chromium",
        ...QUIET,
        `--user-data-dir=${join(folder, "home/profile")}`,
        "--dump-dom",
        `file://${folder}/page.html`,
      ];
    },
  },
  {
    name: "Chromium driven by its protocol: pages, scripts, a screenshot, a PDF",
    needs: ["chromium"],
    prepare(folder) {
      writeFiles(folder, { "page.html": PAGE });
      return [NODE, DRIVER, folder];
    },
  },
];
