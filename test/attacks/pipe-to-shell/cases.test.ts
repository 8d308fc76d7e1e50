import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("pipe-to-shell");
