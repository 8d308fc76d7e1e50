import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("orphan-process");
