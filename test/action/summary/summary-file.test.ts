import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openSummaryFile } from "../../../action/summary/summary-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "summary-file-"));
  path = join(folder, "summary");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (): string => readFileSync(path, "utf8");

test("a page is added to what others wrote, and takes the place of the one before", () => {
  writeFileSync(path, "before, without an end of line");
  expect(openSummaryFile(path).write("\n## first\n")).toBeUndefined();
  appendFileSync(path, "behind\n");
  expect(openSummaryFile(path).write("\n## second, $& and longer\n")).toBeUndefined();

  expect(read()).toMatch(
    /^before, without an end of line\n<!-- [\w ]+ -->\n\n## second, \$& and longer\n\n<!-- [\w ]+ -->\nbehind\n$/,
  );
});

test("neither a page that is made to look like ours nor its end hides what is written", () => {
  openSummaryFile(path).write("\n## forged\n");
  const [begin = "", end = ""] = read().split("\n## forged\n");
  for (const there of [
    `${begin}## forged\n`,
    `${end}${begin}`,
    `${begin}\`${end}\`${end}`,
    begin,
    end,
  ]) {
    writeFileSync(path, there);
    openSummaryFile(path).write("\n## true\n");
    expect(read()).toContain(`${begin}\n## true\n${end}`);
  }
});

test("there is as much room as GitHub takes, less what others wrote", () => {
  const whole = openSummaryFile(path).room;
  writeFileSync(path, "x".repeat(1_000));
  const left = openSummaryFile(path).room;
  openSummaryFile(path).write("y".repeat(left));

  expect(whole - left).toBe(1_000);
  expect(read()).toHaveLength(1_048_576);
  expect(openSummaryFile(path).room).toBe(left);
});

test.each([524_289, 1_048_576, 3_000_000])(
  "who fills the file with %i bytes does not keep the page out",
  (bytes) => {
    const whole = openSummaryFile(path).room;
    writeFileSync(path, "x".repeat(bytes));
    const page = openSummaryFile(path);

    expect(page.room).toBe(whole);
    expect(page.write("\n## the page\n")).toBeUndefined();
    expect(read()).toMatch(/^\n<!-- [\w ]+ -->\n\n## the page\n\n<!-- [\w ]+ -->\n$/);
    // What the filler has open is another file by now.
    expect(readdirSync(folder)).toEqual(["summary"]);
  },
);

test("nor who fills it while the page is made", () => {
  writeFileSync(path, "");
  const page = openSummaryFile(path);
  writeFileSync(path, "x".repeat(1_048_576));

  expect(page.write("\n## the page\n")).toBeUndefined();
  expect(read()).toMatch(/^\n<!-- [\w ]+ -->\n\n## the page\n/);
});

test("says why it cannot be written", () => {
  expect(openSummaryFile(undefined).write("page")).toBe("the runner gave no file for it");
  expect(openSummaryFile(folder).write("page")).toBe("EISDIR");
  expect(openSummaryFile(path).write("")).toBe("there is no room for it");
});
