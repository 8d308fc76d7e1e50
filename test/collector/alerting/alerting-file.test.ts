import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readAlertingFile } from "../../../collector/alerting/alerting-file.ts";

const SINKS = { pager: { type: "pagerduty", routingKeyFile: "key" }, out: { type: "stdout" } };

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alerting-"));
  path = join(directory, "alerting.json");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("sinks, routes, hours and maintenance are read, with what is usual", () => {
  write({
    sinks: SINKS,
    routes: [
      { match: { urgency: "page" }, sinks: ["pager"], continue: true, groupWait: "5s" },
      {
        sinks: ["out"],
        hours: { zone: "Europe/Berlin", days: ["mon"], from: "08:00", to: "17:00" },
      },
    ],
    maintenance: [
      { during: { from: "2026-02-02T12:00:00+01:00", to: "2026-02-02T13:00:00Z" }, alerts: "drop" },
      {
        during: { zone: "UTC", days: ["sun"], from: "22:00", to: "02:00" },
        alerts: "hold",
        reason: "updates",
      },
    ],
    runbookUrl: "https://wiki.example.com/runbooks/",
  });

  expect(readAlertingFile(path)).toMatchObject({
    sinks: [{ name: "pager" }, { name: "out" }],
    routes: [
      { continue: true, groupWait: 5_000 },
      { match: {}, continue: false, hours: { outside: "hold" } },
    ],
    maintenance: [{ match: {}, alerts: "drop" }, { alerts: "hold" }],
    runbookUrl: "https://wiki.example.com/runbooks",
  });
});

test.each<readonly [string, object, string]>([
  [
    "a route to a sink that is not there",
    { sinks: SINKS, routes: [{ sinks: ["chat"] }] },
    'routes[0].sinks: "chat" is none of the sinks; there are: pager, out',
  ],
  [
    "a kind of sink that is not there",
    { sinks: { a: { type: "pigeon" } } },
    'sinks.a.type: "pigeon" is none; write one of ',
  ],
  [
    "what a sink does not take",
    { sinks: { a: { type: "stdout", key: "x" } } },
    "sinks.a.key: is not known here",
  ],
  [
    "a name that a label could not have",
    { sinks: { "A b": { type: "stdout" } } },
    'sinks: "A b" is no name of a sink',
  ],
  ["a member that is not there", { sink: {} }, "sink: is not known here, did you mean sinks?"],
  [
    "a zone that is not there",
    { routes: [{ sinks: [], hours: { zone: "Mars" } }] },
    "routes[0].hours.zone: no time zone",
  ],
  [
    "a time that is none",
    { routes: [{ sinks: [], hours: { from: "25:00" } }] },
    "routes[0].hours.from: no time of day",
  ],
  [
    "a duration without its unit",
    { routes: [{ sinks: [], repeat: "4" }] },
    "routes[0].repeat: no duration such as",
  ],
  [
    "a pattern that takes too long",
    { routes: [{ sinks: [], match: { rule: "*a*a*a*a*" } }] },
    "routes[0].match.rule: has more than four stars",
  ],
  [
    "a maintenance that ends before it begins",
    {
      maintenance: [
        { during: { from: "2026-02-02T13:00:00Z", to: "2026-02-02T12:00:00Z" }, alerts: "hold" },
      ],
    },
    "maintenance[0].during",
  ],
  [
    "an address of runbooks that is none",
    { runbookUrl: "javascript:alert(1)" },
    "runbookUrl: no address",
  ],
])("%s is refused, with its place", (_, file, message) => {
  write(file);

  expect(() => readAlertingFile(path)).toThrow(`--alerting: ${path}: ${message}`);
});

test("a file that is missing, or no JSON, is refused by its name", () => {
  expect(() => readAlertingFile(path)).toThrow(`${path}: there is no such file`);
  writeFileSync(path, "{");
  expect(() => readAlertingFile(path)).toThrow(`${path}: is no JSON`);
});

function write(file: object): void {
  writeFileSync(path, JSON.stringify(file));
}
