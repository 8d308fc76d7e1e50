import { expect, test } from "vitest";

import { givesRootUp } from "../../../agent/lockdown/gives-root-up.ts";

test.each([
  ["/usr/bin/setpriv", true],
  ["/usr/local/bin/gosu", true],
  // Whatever PATH makes of it.
  ["setpriv", false],
  ["./sudo", false],
  ["/work/app/sudo", false],
  ["/usr/bin/make", false],
])("%s gives root up: %s", (program, does) => {
  expect(givesRootUp(program)).toBe(does);
});
