/** Which kinds of sinks there are: a line for each. */
import type { SinkType } from "../sink-type.ts";
import { PAGERDUTY } from "./pagerduty/pagerduty-sink.ts";
import { STDOUT } from "./stdout/stdout-sink.ts";

export const SINK_TYPES: readonly SinkType[] = [PAGERDUTY, STDOUT];
