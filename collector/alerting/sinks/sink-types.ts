/** Which kinds of sinks there are: a line for each. */
import type { SinkType } from "../sink-type.ts";
import { ALERTMANAGER } from "./alertmanager/alertmanager-sink.ts";
import { PAGERDUTY } from "./pagerduty/pagerduty-sink.ts";
import { STDOUT } from "./stdout/stdout-sink.ts";

export const SINK_TYPES: readonly SinkType[] = [ALERTMANAGER, PAGERDUTY, STDOUT];
