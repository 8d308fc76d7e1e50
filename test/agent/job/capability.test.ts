import { expect, test } from "vitest";

import { findUnwithheld } from "../../../agent/job/capability.ts";

const BOTH = ["NET_ADMIN", "NET_RAW"] as const;
const FULL = "000001ffffffffff";
const NONE = "0000000000000000";
const ADMIN = "0000000000001000";

test.each([
  { who: "root", effective: FULL, bounding: FULL, privileges: 0, unwithheld: [] },
  { who: "an ordinary user", effective: NONE, bounding: FULL, privileges: 0, unwithheld: BOTH },
  {
    who: "one in a container",
    effective: NONE,
    bounding: ADMIN,
    privileges: 0,
    unwithheld: ["NET_ADMIN"],
  },
  { who: "one that gains nothing", effective: NONE, bounding: FULL, privileges: 1, unwithheld: [] },
  {
    who: "one with nothing to gain",
    effective: NONE,
    bounding: NONE,
    privileges: 0,
    unwithheld: [],
  },
])(
  "a guard that is $who cannot withhold $unwithheld",
  ({ effective, bounding, privileges, unwithheld }) => {
    const status = `Name:\tnode\nCapEff:\t${effective}\nCapBnd:\t${bounding}\nNoNewPrivs:\t${privileges}\n`;

    expect(findUnwithheld(BOTH, status)).toEqual(unwithheld);
  },
);
