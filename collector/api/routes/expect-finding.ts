import type { Baselines } from "../../detection/baselines.ts";
import { RequestProblem } from "../../errors.ts";
import type { Route } from "../route.ts";
import {
  acknowledgementRequestSchema,
  defineTriageRoute,
  toAnswerable,
  type TriageOptions,
} from "../triage.ts";

export function createExpectFindingRoute(
  options: TriageOptions,
  baselines: Pick<Baselines, "expect">,
): Route {
  return defineTriageRoute(options, {
    deed: "expected",
    summary:
      "Make what a baseline found part of it: this finding, and all of the same words in the same job until now, are settled, and later runs have none.",
    body: acknowledgementRequestSchema,
    async change({ name, caller, body, at }) {
      const finding = options.store.showFinding(caller.tenant, name, at);
      if (finding === undefined) throw new RequestProblem("not-found", "there is no such finding");
      await baselines.expect(caller.tenant, finding, toAnswerable(caller, body, at));
    },
  });
}
