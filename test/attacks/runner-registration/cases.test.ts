import { describeRule } from "../../support/attacks/rule-cases.ts";

/** By itself it would end all cases at the first one. */
const policy = "version: 1\nrules:\n  runner-registration: { response: report }\n";

describeRule("runner-registration", { policy });
