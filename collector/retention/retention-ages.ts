/** How long what is kept: `events=30,runs=400,audit=400`, and for one tenant `acme:events=90`, with semicolons between them. */
export interface RetentionAges {
  /** Days. Batches of events. */
  readonly events: number;
  /** Runs with their findings, and what is counted of jobs. */
  readonly runs: number;
  /** What operators read and changed. */
  readonly audit: number;
}

export interface RetentionRules {
  readonly usual: RetentionAges;
  readonly ofTenants: ReadonlyMap<string, RetentionAges>;
}

const USUAL_AGES: RetentionAges = { events: 30, runs: 400, audit: 400 };
export const USUAL_RULES: RetentionRules = { usual: USUAL_AGES, ofTenants: new Map() };
/** A hundred years: what is to stay for good. */
const MAX_DAYS = 36_500;
const MAX_TENANTS = 1_000;
const RULE = /^(?:(?<tenant>[^:;,=]{1,128}):)?(?<ages>[^:;]+)$/;
const AGE = /^(?<kind>events|runs|audit)=(?<days>\d{1,6})$/;

export function getAges({ usual, ofTenants }: RetentionRules, tenant: string): RetentionAges {
  return ofTenants.get(tenant) ?? usual;
}

/** Or, as text, what is wrong with it. */
export function parseRetentionRules(text: string): RetentionRules | string {
  const ofTenants = new Map<string, RetentionAges>();
  let usual = USUAL_AGES;
  const given = text
    .split(";")
    .map((rule) => rule.trim())
    .filter((rule) => rule !== "");
  if (given.length > MAX_TENANTS) return `more than ${MAX_TENANTS} tenants`;
  // What holds for all is read first, wherever it stands: a tenant's own ages are changes to it.
  for (const rule of [...given.filter(isUsual), ...given.filter((one) => !isUsual(one))]) {
    const { tenant, ages: list = "" } = RULE.exec(rule)?.groups ?? {};
    const ages = parseAges(list, usual);
    if (typeof ages === "string") return `${JSON.stringify(rule)}: ${ages}`;
    if (tenant === undefined) usual = ages;
    else ofTenants.set(tenant.trim(), ages);
  }
  return { usual, ofTenants };
}

function isUsual(rule: string): boolean {
  return !rule.includes(":");
}

function parseAges(list: string, base: RetentionAges): RetentionAges | string {
  const ages = { ...base };
  for (const item of list.split(",")) {
    const { kind, days } = AGE.exec(item.trim())?.groups ?? {};
    if (kind !== "events" && kind !== "runs" && kind !== "audit") {
      return "write events=30,runs=400,audit=400, or a part of it";
    }
    if (Number(days) < 1 || Number(days) > MAX_DAYS) return `${kind}: days are 1 to ${MAX_DAYS}`;
    ages[kind] = Number(days);
  }
  if (ages.runs >= ages.events) return ages;
  return `runs=${ages.runs} is less than events=${ages.events}: events go with their run`;
}
