import { expect, test } from "vitest";

import { isHiddenToken } from "../../../../agent/commands/guarding/collector-token.ts";

test.each([
  ["RUNNER_GUARD_COLLECTOR_TOKEN", "****************", true],
  ["RUNNER_GUARD_COLLECTOR_TOKEN", "***************x", false],
  ["MY_TOKEN", "****************", false],
])("%s=%s is what is left of a token: %s", (name, value, isHidden) => {
  expect(isHiddenToken(name, value)).toBe(isHidden);
});
