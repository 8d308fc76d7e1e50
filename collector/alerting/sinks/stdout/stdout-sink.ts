/** A line of JSON for each notification, for whoever gathers what containers write. */
import { z } from "zod";

import { defineSinkType } from "../../sink-type.ts";
import { toLine } from "./to-line.ts";

export const STDOUT = defineSinkType({
  type: "stdout",
  usually: "all",
  schema: z.strictObject({ type: z.literal("stdout") }),
  open: (_, { name, writeLine }) => ({
    name,
    deliver(notification) {
      writeLine(toLine(notification));
      return Promise.resolve({ status: "delivered" });
    },
  }),
});
