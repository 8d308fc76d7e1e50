import { describe, expect, test } from "vitest";

import type { RunProfile } from "../../../../collector/detection/model/run-profile.ts";
import type { EventsOfRun } from "./support/events-of-run.ts";
import { type Play, profileOf } from "./support/learned.ts";

const BLOCKS = 100;
const ADDRESSES = 8;

describe("a profile weighs", () => {
  test("as much as it has entries, by whatever the run does", () => {
    const profile = profileOf((run) => {
      const npm = run.start("/usr/bin/npm");
      run.connect(npm, "registry.npmjs.org");
      run.connect(npm, "registry.npmjs.org", { port: 80 });
      run.connect(npm, "203.0.113.9");
      run.ask(npm, "other.npmjs.org");
      run.write(npm, "/home/runner/.npm/index");
      run.find("miner", "high", npm);
      run.leak("github-token");
    });

    expect(profile.weight).toBe(countAll(profile));
  });

  test("each address in a block, until they are more than are told apart", () => {
    const one = profileOf(connectTo(1));
    const many = profileOf(connectTo(ADDRESSES));
    const tooMany = profileOf(connectTo(ADDRESSES + 1));

    // Of each group five are kept as examples, too.
    const examples = 5 - 1;
    expect(weightOfBlocks(many) - weightOfBlocks(one)).toBe(BLOCKS * (ADDRESSES - 1 + examples));
    expect(weightOfBlocks(tooMany) - weightOfBlocks(one)).toBe(BLOCKS * (examples - 1));
  });

  test("each host of a domain that is kept, and each name that was asked for", () => {
    const few = profileOf(askFor(100));
    const many = profileOf(askFor(200));

    expect(many.weight - few.weight).toBeGreaterThanOrEqual(100);
  });
});

test("of one place no more ports are kept than there is room for features", () => {
  const profile = profileOf((run) => {
    const npm = run.start("/usr/bin/npm");
    for (let port = 1; port <= 3_000; port += 1) run.connect(npm, "example.org", { port });
  });
  const [group] = profile.destinations.groups.values();

  expect(group?.ports.size).toBe(2_000);
  expect(profile.leftOut).toBe(1_000);
});

test("what a guard never says at such length is not kept: a finding's id is left out, and a step's name is cut", () => {
  const profile = profileOf((run) => {
    run.find("miner", "high");
    Object.assign(run.events.at(-1) ?? {}, { id: "i".repeat(100_000) });
    run.leak("github-token");
    Object.assign(run.events.at(-1) ?? {}, { step: { step: "s".repeat(100_000) } });
  });

  expect([...profile.destinations.groups]).toEqual([]);
  expect([...profile.signals.findings]).toEqual([]);
  expect(profile.isWhole).toBe(false);
  for (const { step } of profile.features.values()) expect(step.length).toBeLessThanOrEqual(80);
});

function connectTo(addresses: number): Play {
  return (run) => {
    const npm = run.start("/usr/bin/npm");
    for (let block = 0; block < BLOCKS; block += 1) {
      for (let host = 1; host <= addresses; host += 1) run.connect(npm, `203.0.${block}.${host}`);
    }
  };
}

function askFor(names: number): (run: EventsOfRun) => void {
  return (run) => {
    const npm = run.start("/usr/bin/npm");
    for (let name = 0; name < names; name += 1) run.ask(npm, `host${name}.example.org`);
  };
}

/** Without the ends of which nothing is left to be noted, which are as many as hosts. */
function weightOfBlocks(profile: RunProfile): number {
  return profile.weight - countHosts(profile);
}

function countHosts({ destinations }: RunProfile): number {
  let hosts = 0;
  for (const addresses of destinations.addresses.values())
    hosts += addresses?.length ?? ADDRESSES + 1;
  return hosts;
}

function countAll({ features, destinations, literals, signals }: RunProfile): number {
  const { groups, domains, addresses } = destinations;
  let entries = features.size + literals.size + signals.findings.size + signals.secrets.size;
  entries += groups.size + domains.size + addresses.size;
  for (const { ports, hosts, names } of groups.values()) {
    entries += ports.size + hosts.size + names.size;
  }
  for (const list of addresses.values()) entries += list?.length ?? 0;
  const processes = 1;
  const files = 1;
  const asked = 1;
  const settled = 4;
  return entries + processes + files + asked + settled;
}
