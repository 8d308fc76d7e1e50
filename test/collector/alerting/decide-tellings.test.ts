import { expect, test } from "vitest";

import type { AlertingConfig, Route } from "../../../collector/alerting/alerting-file.ts";
import {
  decideTellings,
  type RoutedIncident,
} from "../../../collector/alerting/decide-tellings.ts";
import { createTestSink, toConfig } from "./support/alerting-desk.ts";

const NOON = Date.parse("2026-02-02T12:00:00Z");
const HOUR = 3_600_000;
const INCIDENT: RoutedIncident = {
  tenant: "default",
  severity: "high",
  rule: "new-destination",
  urgency: "ticket",
  repository: "Acme/App",
  ref: "refs/heads/main",
};

test.each<readonly [string, readonly Partial<Route>[], Partial<RoutedIncident>, readonly string[]]>(
  [
    ["the first route that fits", [{ sinks: ["a"] }, { sinks: ["b"] }], {}, ["a"]],
    [
      "and the next ones where it says so",
      [{ sinks: ["a"], continue: true }, { sinks: ["b", "a"] }],
      {},
      ["a", "b"],
    ],
    ["nobody, where none fits", [{ match: { rule: "miner" }, sinks: ["a"] }], {}, []],
    ["by a pattern of rules", [{ match: { rule: "new-*" }, sinks: ["a"] }], {}, ["a"]],
    [
      "by a repository, however it is written",
      [{ match: { repository: "acme/*" }, sinks: ["a"] }],
      {},
      ["a"],
    ],
    [
      "not by a repository that is not known",
      [{ match: { repository: "*" }, sinks: ["a"] }],
      { repository: undefined },
      [],
    ],
    [
      "by ref",
      [
        { match: { ref: "refs/tags/*" }, sinks: ["a"] },
        { match: { ref: "refs/heads/*" }, sinks: ["b"] },
      ],
      {},
      ["b"],
    ],
    ["by tenant", [{ match: { tenant: "acme" }, sinks: ["a"] }], {}, []],
    [
      "by what is graver",
      [
        { match: { severity: "critical" }, sinks: ["a"] },
        { match: { severity: "high" }, sinks: ["b"] },
      ],
      {},
      ["b"],
    ],
    [
      "by urgency",
      [{ match: { urgency: "page" }, sinks: ["a"] }, { sinks: ["b"] }],
      { urgency: "page" },
      ["a"],
    ],
    ["nothing below medium", [{ sinks: ["a"] }], { severity: "low" }, []],
    [
      "unless a route says so",
      [{ match: { severity: "low" }, sinks: ["a"] }],
      { severity: "low" },
      ["a"],
    ],
  ],
)("who is told: %s", (_, routes, incident, expected) => {
  expect(decide(incident, { routes: routes.map(toRoute) }).told.map(({ sink }) => sink)).toEqual(
    expected,
  );
});

test("without routes a pager is told of pages alone, and all others of everything", () => {
  const [pager, chat] = toConfig([createTestSink("pager"), createTestSink("chat")]).sinks;
  if (pager === undefined || chat === undefined) throw new Error("there are two");
  const sinks = [{ ...pager, type: { ...pager.type, usually: "pages" as const } }, chat];

  expect(decide({}, { sinks }).told.map(({ sink }) => sink)).toEqual(["chat"]);
  expect(decide({ urgency: "page" }, { sinks }).told.map(({ sink }) => sink)).toEqual([
    "pager",
    "chat",
  ]);
});

test("a page does not wait, a ticket waits half a minute, and a route says otherwise", () => {
  const routes = [toRoute({ sinks: ["a"] }), toRoute({})];
  expect(decide({ urgency: "page" }, { routes }).told).toEqual([
    { sink: "a", notBefore: NOON, groupWaitMs: 0, groupIntervalMs: 300_000, repeatMs: 4 * HOUR },
  ]);
  expect(decide({}, { routes }).told).toMatchObject([{ groupWaitMs: 30_000 }]);
  expect(
    decide(
      { urgency: "page" },
      { routes: [toRoute({ sinks: ["a"], groupWait: 5_000, groupInterval: 1, repeat: 2 })] },
    ).told,
  ).toMatchObject([{ groupWaitMs: 5_000, groupIntervalMs: 1, repeatMs: 2 }]);
});

const DAY: NonNullable<Route["hours"]> = {
  zone: "UTC",
  days: ["tue"],
  from: "08:00",
  to: "18:00",
  outside: "hold",
};

test("outside of a route's hours it is held until they begin, or dropped and counted", () => {
  const held = decide({}, { routes: [toRoute({ sinks: ["a"], hours: DAY })] });
  expect(held).toMatchObject({ told: [{ notBefore: NOON + 20 * HOUR }], dropped: 0 });

  const dropped = decide(
    {},
    { routes: [toRoute({ sinks: ["a", "b"], hours: { ...DAY, outside: "drop" } })] },
  );
  expect(dropped).toEqual({ told: [], dropped: 2 });
});

test("what is held by one window until another begins is held until that is over, too", () => {
  const at = (hours: number): string => new Date(NOON + hours * HOUR).toISOString();
  const maintenance: AlertingConfig["maintenance"] = [
    { match: {}, during: { from: at(-1), to: at(2) }, alerts: "hold" },
    { match: {}, during: { from: at(1), to: at(19) }, alerts: "hold" },
    {
      match: {},
      during: { zone: "UTC", days: ["tue"], from: "07:00", to: "09:30" },
      alerts: "hold",
    },
  ];
  const routes = [toRoute({ sinks: ["a"], hours: DAY })];

  expect(decide({}, { routes, maintenance }).told).toMatchObject([
    { notBefore: NOON + 21.5 * HOUR },
  ]);
});

test("a maintenance that never ends drops what it holds", () => {
  const forever = {
    zone: "UTC",
    days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    from: "00:00",
    to: "24:00",
  } as const;
  const maintenance: AlertingConfig["maintenance"] = [
    { match: { rule: "new-*" }, during: { ...forever, days: [...forever.days] }, alerts: "hold" },
  ];

  expect(decide({}, { routes: [toRoute({ sinks: ["a"] })], maintenance })).toEqual({
    told: [],
    dropped: 1,
  });
  expect(
    decide({ rule: "miner" }, { routes: [toRoute({ sinks: ["a"] })], maintenance }).told,
  ).toHaveLength(1);
});

function decide(incident: Partial<RoutedIncident>, config: Partial<AlertingConfig>) {
  return decideTellings({ ...INCIDENT, ...incident }, { ...toConfig([]), ...config }, NOON);
}

function toRoute(route: Partial<Route>): Route {
  return { match: {}, sinks: [], continue: false, ...route };
}
