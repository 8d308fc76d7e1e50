import { expect, test } from "vitest";

import { readTableNames } from "../../../../agent/egress/netlink/table-names.ts";
import { mayHaveGuardTables } from "../../../../agent/egress/nftables/guard-tables.ts";
import { requires } from "../../../support/requires.ts";
import { makeNamespace } from "./own-namespace.ts";

const { nftables } = requires;

test.skipIf(!nftables.available)(
  `tables of every family are there by name, also more than one datagram holds${nftables.note}`,
  () => {
    using namespace = makeNamespace();
    const read = () => namespace.inside(readTableNames)?.toSorted();
    expect(read()).toEqual([]);

    const others = Array.from({ length: 400 }, (_, index) => `other_${"x".repeat(100)}_${index}`);
    const families = ["inet", "ip", "netdev"].map((family) => `table ${family} of_${family} { }`);
    const tables = others.map((name) => `table inet ${name} { }`);
    namespace.run("nft", ["-f", "-"], [...families, ...tables].join("\n"));

    expect(read()).toEqual([...others, "of_inet", "of_ip", "of_netdev"].toSorted());
  },
);

test.skipIf(!nftables.available)(
  `whether there is a guard's table is known without nft${nftables.note}`,
  () => {
    using namespace = makeNamespace();
    namespace.run("nft", ["add", "table", "inet", "runner_guards"]);
    expect(namespace.inside(mayHaveGuardTables)).toBe(false);

    namespace.run("nft", ["add", "table", "inet", "runner_guard_17"]);
    expect(namespace.inside(mayHaveGuardTables)).toBe(true);
  },
);
