/** What stands in an event, as the fields of other formats want it. */
import { isIP } from "node:net";

const MAX_PID = 4_194_304;

/** An id of a process begins with its pid. */
export function toPid(processId: string): number | undefined {
  const pid = Number.parseInt(processId, 10);
  return pid > 0 && pid <= MAX_PID ? pid : undefined;
}

/** What is no address is left out: whoever reads these refuses the whole event for it. */
export function toIp(text: string | undefined): string | undefined {
  return text !== undefined && isIP(text) !== 0 ? text : undefined;
}

export interface Attack {
  readonly technique: string;
  /** With the technique's before it, as in `T1059.004`. */
  readonly subTechnique: string | undefined;
}

/** Of MITRE ATT&CK. */
export function toAttack(id: string): Attack {
  const [technique = id, part] = id.split(".");
  return { technique, subTechnique: part === undefined ? undefined : id };
}

/** Without what is undefined. */
export function toDefined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
