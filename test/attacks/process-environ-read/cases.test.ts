import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("process-environ-read");
