import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readAlertingFile } from "../../../collector/alerting/alerting-file.ts";
import { openSinks } from "../../../collector/alerting/open-sinks.ts";
import type { Sink } from "../../../collector/alerting/sink.ts";
import { CollectorError } from "../../../collector/errors.ts";

const PLACE = { writeLine: () => undefined, publicUrl: "https://guard.example.com", now: Date.now };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sinks-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("all files that are missing, or hold nothing that could be right, are told at once with the members that name them", () => {
  writeFileSync(join(directory, "short"), "no key");
  const sinks = {
    pager: { type: "pagerduty", routingKeyFile: file("short") },
    chat: { type: "slack", webhookUrlFile: file("none") },
    tickets: {
      type: "webhook",
      urlFile: file("nowhere"),
      secretFiles: [file("gone"), file("short")],
    },
    log: { type: "stdout" },
  };

  expect(() => open(sinks)).toThrow(
    new CollectorError(
      "usage",
      [
        "--alerting: 4 faults",
        `sinks.pager.routingKeyFile: ${file("short")}: holds no integration key of PagerDuty, which has 32 letters and digits`,
        `sinks.chat.webhookUrlFile: ${file("none")}: there is no such file`,
        `sinks.tickets.urlFile: ${file("nowhere")}: there is no such file`,
        `sinks.tickets.secretFiles: ${file("gone")}: there is no such file`,
      ].join("\n  "),
    ),
  );
});

test("one that is wrong is told in a line", () => {
  const sinks = { chat: { type: "slack", webhookUrlFile: file("none") } };

  expect(() => open(sinks)).toThrow(
    new CollectorError(
      "usage",
      `--alerting: sinks.chat.webhookUrlFile: ${file("none")}: there is no such file`,
    ),
  );
});

test("those that are right are opened in their order", () => {
  expect(
    open({ one: { type: "stdout" }, two: { type: "stdout" } }).map(({ name }) => name),
  ).toEqual(["one", "two"]);
});

function file(name: string): string {
  return join(directory, name);
}

function open(sinks: object): readonly Sink[] {
  const path = file("alerting.json");
  writeFileSync(path, JSON.stringify({ sinks }));
  return openSinks(readAlertingFile(path).sinks, PLACE);
}
