import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("source-overwrite");
