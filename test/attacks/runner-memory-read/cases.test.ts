import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("runner-memory-read", { takeNothing: true });
