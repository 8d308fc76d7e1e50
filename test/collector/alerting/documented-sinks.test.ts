import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { readAlertingFile } from "../../../collector/alerting/alerting-file.ts";
import { SINK_TYPES } from "../../../collector/alerting/sinks/sink-types.ts";

const folder = mkdtempSync(join(tmpdir(), "alerting-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const exampleSchema = z.looseObject({ sinks: z.record(z.string(), z.unknown()) });
const blocks = readFileSync("docs/alerting.md", "utf8").matchAll(/^```json\n(.*?)^```$/gms);
const examples = [...blocks].flatMap(([, text = ""]) => {
  const { data } = exampleSchema.safeParse(JSON.parse(text));
  return data === undefined ? [] : [{ text, names: Object.keys(data.sinks) }];
});

describe("what the documents say to write is right", () => {
  test.each(examples)("$names", ({ text, names }) => {
    const path = join(folder, `${names.join("-")}.json`);
    writeFileSync(path, text);

    expect(readAlertingFile(path).sinks.map(({ name }) => name)).toEqual(names);
  });
});

test.each(SINK_TYPES.map(({ type }) => type))("%s is among it", (type) => {
  expect(examples.some(({ text }) => text.includes(`"type": "${type}"`))).toBe(true);
});
