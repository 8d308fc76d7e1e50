import { describeRule } from "../../support/attacks/rule-cases.ts";

// The cases change the policy's file, which lies two folders above theirs.
describeRule("guard-tamper", { policy: "version: 1\n" });
