import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("package-manager-child");
