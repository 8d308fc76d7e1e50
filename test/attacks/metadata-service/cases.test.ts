import { describeRule } from "../../support/attacks/rule-cases.ts";

/** In a network without a way out: reaching for it is what counts. */
describeRule("metadata-service", { start: { inOwnNetwork: true } });
