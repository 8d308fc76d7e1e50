import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("dropped-executable");
