import { now } from "../format/now.ts";
import { toAgo, toClock, toDateTime, toDay, toUtc } from "../format/time.ts";

type TimeForm = "ago" | "moment" | "day" | "clock";

interface TimeProps {
  readonly at: string;
  readonly as?: TimeForm;
}

/** In the reader's zone, and in UTC for who hovers. */
export function Time({ at, as = "moment" }: TimeProps) {
  return (
    <time dateTime={at} title={`${toDateTime(at)} here, ${toUtc(at)}`}>
      {toShown(at, as)}
    </time>
  );
}

function toShown(at: string, as: TimeForm): string {
  switch (as) {
    case "ago":
      return toAgo(at, now.value);
    case "day":
      return toDay(at);
    case "clock":
      return toClock(at);
    case "moment":
  }
  return toDateTime(at);
}
