import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseHostsFile } from "../../../agent/egress/hosts-file.ts";

const BOUNDS = { maxLength: 10_000, maxAddresses: 100, maxNamesPerAddress: 4 };

test("names are found by any spelling of their address", () => {
  const hosts = parseHostsFile(
    "# local\n127.0.0.1\tLocalHost. loop # me\r\n2001:DB8::1 db.example\n::ffff:10.0.0.9 v4.example\n10.0.0.9 again.example\n",
    BOUNDS,
  );

  expect(hosts.namesOf("127.0.0.1")).toEqual(["localhost", "loop"]);
  expect(hosts.namesOf("2001:db8:0:0:0:0:0:1")).toEqual(["db.example"]);
  expect(hosts.namesOf("10.0.0.9")).toEqual(["v4.example", "again.example"]);
  expect(hosts.namesOf("10.0.0.8")).toEqual([]);
  expect(hosts.namesOf("not an address")).toEqual([]);
  expect(hosts.linesRefused).toBe(0);
});

test("lines that name no address, and names that are none, name nothing", () => {
  const hosts = parseHostsFile(
    "300.1.1.1 a.example\nnonsense\n10.0.0.1 good.example b@d\n",
    BOUNDS,
  );

  expect(hosts.namesOf("10.0.0.1")).toEqual(["good.example"]);
  expect(hosts.linesRefused).toBe(2);
});

test("a line that the bound cuts in half names nothing", () => {
  const text = "10.0.0.1 one.example\n10.0.0.2 github.com.evil.example\n";
  const hosts = parseHostsFile(text, { ...BOUNDS, maxLength: text.indexOf(".evil") });

  expect(hosts.namesOf("10.0.0.1")).toEqual(["one.example"]);
  expect(hosts.namesOf("10.0.0.2")).toEqual([]);
  expect(hosts.linesRefused).toBe(1);
});

test("addresses and names beyond the bounds are turned away and counted", () => {
  const lines = Array.from({ length: 150 }, (_, n) => `10.0.0.${n} host-${n}.example`);
  const hosts = parseHostsFile([...lines, "10.0.0.1 a b c d e"].join("\n"), BOUNDS);

  expect(hosts.namesOf("10.0.0.99")).toEqual(["host-99.example"]);
  expect(hosts.namesOf("10.0.0.100")).toEqual([]);
  expect(hosts.namesOf("10.0.0.1")).toEqual(["host-1.example", "a", "b", "c"]);
  expect(hosts.linesRefused).toBe(51);
});

test("this machine's own file is read", () => {
  const hosts = parseHostsFile(readFileSync("/etc/hosts", "utf8"), BOUNDS);

  expect(hosts.namesOf("127.0.0.1")).toContain("localhost");
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
      expect(parseHostsFile(text, BOUNDS).namesOf("127.0.0.1")).toBeInstanceOf(Array);
    }),
  );
});
