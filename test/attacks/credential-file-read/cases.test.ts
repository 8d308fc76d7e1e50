import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("credential-file-read");
