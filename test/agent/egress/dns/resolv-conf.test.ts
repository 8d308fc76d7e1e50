import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseResolvConf } from "../../../../agent/egress/dns/resolv-conf.ts";

const EMPTY = {
  nameservers: [],
  searchDomains: undefined,
  isTcpOnly: false,
};

describe("resolv.conf", () => {
  test("of a pod is read whole", () => {
    const text = `search ci.svc.cluster.local svc.cluster.local cluster.local Example.COM.
nameserver 10.96.0.10
options ndots:5 timeout:2 attempts:3 use-vc edns0 trust-ad
`;
    expect(parseResolvConf(text)).toEqual({
      nameservers: ["10.96.0.10"],
      searchDomains: ["ci.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"],
      isTcpOnly: true,
    });
  });

  test.each([
    ["is empty", ""],
    ["has comments alone", "# nameserver 1.1.1.1\n; nameserver 1.1.1.1\n"],
    ["indents its keyword", "  nameserver 1.1.1.1\n"],
    ["has another keyword", "nameservers 1.1.1.1\nNAMESERVER 1.1.1.1\n"],
  ])("that %s names nothing", (_, text) => {
    expect(parseResolvConf(text)).toEqual(EMPTY);
  });

  test("gives three resolvers, in order", () => {
    const text = ["::1", "fe80::1%eth0", "10.0.0.3", "10.0.0.4"].map(
      (it) => `nameserver\t${it}\r\n`,
    );

    expect(parseResolvConf(text.join("")).nameservers).toEqual(["::1", "fe80::1%eth0", "10.0.0.3"]);
  });

  test("passes over what is no address, and takes the next", () => {
    expect(
      parseResolvConf("nameserver localhost\nnameserver\nnameserver 10.0.0.2 10.0.0.3\n")
        .nameservers,
    ).toEqual(["10.0.0.2"]);
  });

  test.each([
    ["domain a.test\nsearch b.test c.test", ["b.test", "c.test"]],
    ["search b.test c.test\ndomain a.test d.test", ["a.test"]],
    ["search .", []],
    ["search", []],
  ])("takes the last of search and domain: %j", (text, searchDomains) => {
    expect(parseResolvConf(text).searchDomains).toEqual(searchDomains);
  });

  test("of any size is read within bounds, and a line that is cut off counts for nothing", () => {
    const huge = `search ${"a.test ".repeat(1_000)}\n`;
    const cut = `${"#".repeat(65_500)}\nnameserver 10.0.0.2\nnameserver 10.0.0.255\n`;

    expect(parseResolvConf(huge).searchDomains).toHaveLength(32);
    expect(parseResolvConf(cut).nameservers).toEqual(["10.0.0.2"]);
  });

  test("of any text gives addresses alone", () => {
    const words = fc.constantFrom(
      "nameserver ",
      "search ",
      "options ",
      "ndots:",
      "\n",
      "1.1.1.1",
      "\0",
      "%",
      "::",
    );
    const texts = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(""));

    fc.assert(
      fc.property(texts, (text) => {
        const { nameservers, searchDomains = [] } = parseResolvConf(text);
        expect(nameservers.length).toBeLessThanOrEqual(3);
        for (const ip of nameservers) expect(ip).toMatch(/^[\d.]+$|^[\da-f:]+(%[\w.-]+)?$/);
        for (const domain of searchDomains) expect(domain).toMatch(/^[\w.-]+$/);
      }),
    );
  });
});
