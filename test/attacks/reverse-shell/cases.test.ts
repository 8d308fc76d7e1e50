import { describeRule } from "../../support/attacks/rule-cases.ts";

/** By itself it would end all cases at the first one. */
const policy = "version: 1\nrules:\n  reverse-shell: { response: report }\n";

describeRule("reverse-shell", { policy });
