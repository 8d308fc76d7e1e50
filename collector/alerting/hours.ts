/** Hours of the week by the clock of a place, which is put forward and back there. Pure: the moment is passed in. */
import { type Hours, WEEKDAYS } from "./alerting-file.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTES_A_DAY = 1_440;
/** A week, a day for what began the day before, and one for clocks that are put back. */
const DAYS_LOOKED = 9;
/** No clock is put forward by more at once. */
const MAX_GAP_MINUTES = 180;

interface LocalTime {
  /** Of its midnight, as if it were UTC's. */
  readonly day: number;
  readonly minutes: number;
}

export function isWithin({ zone, days, from, to }: Hours, at: number): boolean {
  const { day, minutes } = toLocal(zone, at);
  const [begin, end] = [toMinutes(from), toMinutes(to)];
  const isDay = (of: number): boolean => days.some((name) => name === toWeekday(of));
  if (begin < end) return isDay(day) && minutes >= begin && minutes < end;
  return (isDay(day) && minutes >= begin) || (isDay(day - DAY_MS) && minutes < end);
}

/** When that is otherwise for the first time after then; undefined: never. */
export function findChange(hours: Hours, at: number): number | undefined {
  const isIn = isWithin(hours, at);
  const today = toLocal(hours.zone, at).day;
  const moments = Array.from({ length: DAYS_LOOKED }, (_, index) => today + index * DAY_MS)
    .flatMap((day) =>
      [toMinutes(hours.from), toMinutes(hours.to)].map((minutes) => ({ day, minutes })),
    )
    .map((time) => toMoment(hours.zone, time))
    .toSorted((one, other) => one - other);
  return moments.find((moment) => moment > at && isWithin(hours, moment) !== isIn);
}

/** The first moment at which clocks there show that, or later where they skip it. */
function toMoment(zone: string, { day, minutes }: LocalTime): number {
  const wanted = day + minutes * MINUTE_MS;
  const guess = wanted - findOffset(zone, wanted);
  const moments = [
    guess,
    wanted - findOffset(zone, guess),
    wanted - findOffset(zone, guess - DAY_MS),
  ];
  const shown = moments.filter((moment) => moment + findOffset(zone, moment) === wanted);
  if (shown.length > 0) return Math.min(...shown);
  let moment = Math.min(...moments);
  for (let skipped = 0; skipped < MAX_GAP_MINUTES; skipped += 1) {
    if (moment + findOffset(zone, moment) >= wanted) return moment;
    moment += MINUTE_MS;
  }
  return moment;
}

function findOffset(zone: string, at: number): number {
  const { day, minutes } = toLocal(zone, at);
  return day + minutes * MINUTE_MS - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes as long as using it some hundred times. An operator's file names a few zones. */
function getFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  formats.set(zone, format);
  return format;
}

function toLocal(zone: string, at: number): LocalTime {
  const parts = Object.fromEntries(
    getFormat(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return { day: Date.UTC(year, month - 1, day), minutes: (hour * 60 + minute) % MINUTES_A_DAY };
}

function toWeekday(day: number): (typeof WEEKDAYS)[number] | undefined {
  // 1970 began with a Thursday.
  return WEEKDAYS[(((day / DAY_MS + 3) % 7) + 7) % 7];
}

function toMinutes(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}
