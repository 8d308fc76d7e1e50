/** Which kinds of sinks there are: a line for each. */
import type { SinkType } from "../sink-type.ts";
import { ALERTMANAGER } from "./alertmanager/alertmanager-sink.ts";
import { EMAIL } from "./email/email-sink.ts";
import { PAGERDUTY } from "./pagerduty/pagerduty-sink.ts";
import { SIEM } from "./siem/siem-sink.ts";
import { SLACK } from "./slack/slack-sink.ts";
import { STDOUT } from "./stdout/stdout-sink.ts";
import { SYSLOG } from "./syslog/syslog-sink.ts";
import { TEAMS } from "./teams/teams-sink.ts";
import { WEBHOOK } from "./webhook/webhook-sink.ts";

export const SINK_TYPES: readonly SinkType[] = [
  ALERTMANAGER,
  EMAIL,
  PAGERDUTY,
  SIEM,
  SLACK,
  STDOUT,
  SYSLOG,
  TEAMS,
  WEBHOOK,
];
