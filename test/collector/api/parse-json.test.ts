import { expect, test } from "vitest";
import { z } from "zod";

import { parseJson } from "../../../collector/api/parse-json.ts";

test.each([
  ["", "the body is empty; send JSON"],
  ["{", "the body is no JSON"],
])("a body %j is refused with what to do", (body, message) => {
  expect(() => parseJson(Buffer.from(body), z.strictObject({}))).toThrow(message);
});
