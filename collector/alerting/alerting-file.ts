/** Who is told of what, as the operator says: one file, in JSON. */
import { z } from "zod";

import { suggestWord } from "../../protocol/closest-word.ts";
import { SEVERITIES } from "../../protocol/severities.ts";
import { listFaults } from "../describe-faults.ts";
import { readOptionFile } from "../read-option-file.ts";
import { findRulePatternFault } from "../rule-pattern.ts";
import type { PreparedSink, SinkType } from "./sink-type.ts";
import { SINK_TYPES } from "./sinks/sink-types.ts";

const MAX_SINKS = 32;
const MAX_ROUTES = 256;
const MAX_WINDOWS = 256;
const MAX_PATTERN_LENGTH = 256;
const MAX_REASON_LENGTH = 256;
const NO_SINK_NAME = "is no name of a sink, which has small letters, digits and - alone";
const SINK_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const patternSchema = z
  .string()
  .min(1)
  .max(MAX_PATTERN_LENGTH)
  .refine((text) => text.split("*").length <= 5, "has more than four stars");

const rulePatternSchema = patternSchema.superRefine((pattern, context) => {
  const message = findRulePatternFault(pattern);
  if (message !== undefined) context.addIssue(message);
});

const durationSchema = z
  .string()
  .regex(/^\d{1,4}[smhd]$/, "no duration such as 30s, 5m, 4h or 1d")
  .transform((text) => {
    const unit = z.enum(["s", "m", "h", "d"]).parse(text.at(-1));
    return Number(text.slice(0, -1)) * UNIT_MS[unit];
  });

const timeOfDaySchema = z
  .string()
  .refine(
    (text) => TIME_OF_DAY.test(text) || text === "24:00",
    "no time of day such as 08:30 or 24:00",
  );

/** As the IANA's database of time zones names it. */
const zoneSchema = z.string().refine(isZone, "no time zone such as Europe/Berlin or UTC");

const hoursSchema = z.strictObject({
  zone: zoneSchema.default("UTC"),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS]),
  from: timeOfDaySchema.default("00:00"),
  /** Not later than `from`: on the next day. */
  to: timeOfDaySchema.default("24:00"),
});
export type Hours = z.infer<typeof hoursSchema>;

const matchSchema = z.strictObject({
  tenant: patternSchema.optional(),
  /** That one or a graver one. */
  severity: z.enum(SEVERITIES).optional(),
  rule: rulePatternSchema.optional(),
  repository: patternSchema.optional(),
  ref: patternSchema.optional(),
  urgency: z.enum(["page", "ticket"]).optional(),
});
export type Match = z.infer<typeof matchSchema>;

const DEEDS = ["hold", "drop"] as const;

const routeSchema = z.strictObject({
  match: matchSchema.default({}),
  sinks: z.array(z.string()).max(MAX_SINKS),
  /** The next routes are looked at as well. */
  continue: z.boolean().default(false),
  hours: hoursSchema.extend({ outside: z.enum(DEEDS).default("hold") }).optional(),
  groupWait: durationSchema.optional(),
  groupInterval: durationSchema.optional(),
  repeat: durationSchema.optional(),
});
export type Route = z.infer<typeof routeSchema>;

const maintenanceSchema = z.strictObject({
  match: matchSchema.default({}),
  during: z.union(
    [
      z
        .strictObject({
          from: z.iso.datetime({ offset: true }),
          to: z.iso.datetime({ offset: true }),
        })
        .refine(({ from, to }) => Date.parse(from) < Date.parse(to), "ends before it begins"),
      hoursSchema,
    ],
    'is neither {"from", "to"} with dates and times in RFC 3339 nor hours of the week {"zone", "days", "from", "to"}',
  ),
  alerts: z.enum(DEEDS),
  reason: z.string().max(MAX_REASON_LENGTH).optional(),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

const alertingSchema = z.strictObject({
  sinks: z
    .record(z.string(), z.looseObject({ type: z.string() }))
    .refine((sinks) => Object.keys(sinks).length <= MAX_SINKS, `more than ${MAX_SINKS}`)
    .default({}),
  /** Undefined: each sink is told of what its kind is for. */
  routes: z.array(routeSchema).max(MAX_ROUTES).optional(),
  maintenance: z.array(maintenanceSchema).max(MAX_WINDOWS).default([]),
  /** Without a slash at the end: the rule's id is put behind. */
  runbookUrl: z
    .url({ protocol: /^https?$/, error: "no address that begins with https:// or http://" })
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
});

export interface NamedSink {
  readonly name: string;
  readonly type: SinkType;
  readonly prepared: PreparedSink;
  readonly files: readonly SinkFile[];
}

/** One that a sink's member names. */
export interface SinkFile {
  /** Such as `sinks.pager.routingKeyFile`. */
  readonly place: string;
  readonly path: string;
}

export interface AlertingConfig extends Omit<z.infer<typeof alertingSchema>, "sinks"> {
  readonly sinks: readonly NamedSink[];
}

/** Incidents are made and shown, and nobody is told. */
export const NO_ALERTING: AlertingConfig = { sinks: [], maintenance: [] };

/** What of a file is looked at even where its form is wrong elsewhere. */
const outlineSchema = z
  .looseObject({
    sinks: z.record(z.string(), z.unknown()).catch({}),
    routes: z.array(z.looseObject({ sinks: z.array(z.string()).catch([]) }).catch({ sinks: [] })),
  })
  .partial()
  .catch({});

/** Throws `usage`, with what is wrong and where. */
export function readAlertingFile(
  path: string,
  types: readonly SinkType[] = SINK_TYPES,
): AlertingConfig {
  const findMore = (value: unknown) => findSinkFaults(value, types);
  const data = readOptionFile({ option: "--alerting", path }, alertingSchema, findMore);
  const sinks = Object.entries(data.sinks).flatMap(([name, config]) => {
    const type = types.find((known) => known.type === config.type);
    return type === undefined
      ? []
      : [{ name, type, prepared: type.prepare(config), files: listFiles(name, config) }];
  });
  return { ...data, sinks };
}

/** Members that name files end so, in each kind of sink. */
function listFiles(name: string, config: object): SinkFile[] {
  return Object.entries(config).flatMap(([member, value]) => {
    if (!/Files?$/.test(member)) return [];
    const paths = z.union([z.string().transform((path) => [path]), z.array(z.string())]);
    const place = `sinks.${name}.${member}`;
    return (paths.safeParse(value).data ?? []).map((path) => ({ place, path }));
  });
}

function findSinkFaults(value: unknown, types: readonly SinkType[]): string[] {
  const { sinks = {}, routes = [] } = outlineSchema.parse(value);
  const names = Object.keys(sinks);
  const ofSinks = Object.entries(sinks).flatMap(([name, config]) => [
    ...(SINK_NAME.test(name) ? [] : [`sinks: ${JSON.stringify(name)} ${NO_SINK_NAME}`]),
    ...findFaultsOfSink({ name, config }, types),
  ]);
  const ofRoutes = routes.flatMap((route, index) =>
    route.sinks
      .filter((name) => !names.includes(name))
      .map((name) => {
        const advice = suggestWord(name, names) || `; there are: ${names.join(", ") || "none"}`;
        return `routes[${index}].sinks: ${JSON.stringify(name)} is none of the sinks${advice}`;
      }),
  );
  return [...ofSinks, ...ofRoutes];
}

interface GivenSink {
  readonly name: string;
  readonly config: unknown;
}

function findFaultsOfSink({ name, config }: GivenSink, types: readonly SinkType[]): string[] {
  const given = z.looseObject({ type: z.string() }).safeParse(config);
  // What has no type at all is told of already.
  if (!given.success) return [];
  const { type: asked } = given.data;
  const type = types.find((known) => known.type === asked);
  if (type === undefined) {
    const known = types.map((one) => one.type);
    const advice = suggestWord(asked, known) || `; write one of ${known.join(", ")}`;
    return [`sinks.${name}.type: ${JSON.stringify(asked)} is none${advice}`];
  }
  const { error } = type.schema.safeParse(config, { reportInput: true });
  if (error === undefined) return [];
  const { schema } = type;
  const within = ["sinks", name];
  return listFaults(error.issues, { schema, whole: "the file", within, repeatsWords: true });
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
