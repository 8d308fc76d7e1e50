import { expect, test } from "vitest";

import { hostsInArguments } from "../../../../agent/rules/facts/hosts-in-arguments.ts";

test.each([
  ["curl https://user:word@Host.Example:8443/path?x=https://other.example", ["host.example"]],
  ["curl -T file host.example/path", ["host.example"]],
  ["wget --post-file=x --proxy=http://proxy.example:1 http://[2001:db8::1]/", ["proxy.example"]],
  ["ssh -R 80:localhost:1 nokey@host.example", ["host.example"]],
  ["scp file host.example:/tmp", ["host.example"]],
  ["nc 203.0.113.1 443", ["203.0.113.1"]],
  [
    "curl -d https://sent.example -H x:https://header.example https://host.example",
    ["host.example"],
  ],
  ["curl -s", []],
])("%s leads to %j", (line, hosts) => {
  expect([...hostsInArguments(line.split(" "))]).toEqual(hosts);
});

test("a text with blanks is no place", () => {
  expect([...hostsInArguments(["curl", "Referer: https://host.example/"])]).toEqual([]);
});
