/** One entry of `egress.allow` for a destination of a baseline, as the guard's policy has them. */
import { BASELINE_BOUNDS } from "./model/baseline.ts";
import type { HabitualDestination } from "./model/list-destinations.ts";

export interface PolicyEntry {
  readonly entry: string;
  /** False: no entry can allow that and nothing else. */
  readonly isPossible: boolean;
  readonly isName: boolean;
  /** What is to be said besides who needs it. */
  readonly remark: string;
}

const HTTPS_PORT = 443;
const NAME = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const ADDRESS = /^(?<address>[0-9.]+|[0-9a-f:]+)(?<block>\/\d+)?$/;
const OF_BLOCK = `all of a block, for more than ${BASELINE_BOUNDS.addresses} addresses of it; write those that the job needs`;
const TRANSPORTS = ["tcp", "udp"];

type Destination = Pick<HabitualDestination, "domain" | "port" | "transport">;

/** `shown`: one of the hosts of the destination, as they are listed. */
export function toPolicyEntry(
  { domain, port, transport }: Destination,
  shown: string,
): PolicyEntry {
  const isGuess = transport === "dns";
  const suffix = toPort(isGuess ? HTTPS_PORT : port, isGuess ? "tcp" : transport);
  const { address = "", block = "" } = ADDRESS.exec(shown)?.groups ?? {};
  if (address.includes(".") || address.includes(":")) {
    const text = address.includes(":") ? `[${address}]` : address;
    const remark = block === "" ? "" : OF_BLOCK;
    return { entry: `${text}${block}${suffix}`, isPossible: true, isName: false, remark };
  }
  const host = toHost(domain, shown);
  if (host === undefined) {
    const remark = "rotates; a wildcard would cover names that anyone can have";
    return { entry: `${shown}${suffix}`, isPossible: false, isName: true, remark };
  }
  const isPossible = NAME.test(host);
  const guess = isGuess ? "asked for and not connected to, so the port is a guess" : "";
  const remark = isPossible ? guess : "no entry can allow it";
  return { entry: `${host}${suffix}`, isPossible, isName: true, remark };
}

/** Undefined: part of the domain itself rotates. */
function toHost(domain: string, shown: string): string | undefined {
  const labels = shown.split(".");
  const rotating = labels.findLastIndex((label) => label.includes("*"));
  if (rotating < 0) return shown;
  // All that stands before the last label that rotates may do so.
  return domain.includes("*") ? undefined : `*.${labels.slice(rotating + 1).join(".")}`;
}

function toPort(port: number, transport: string): string {
  if (transport === "icmp" || transport === "raw") return `/${transport}`;
  const protocol = transport === "tcp" ? "" : `/${transport}`;
  // 0: whichever was free.
  if (!TRANSPORTS.includes(transport)) return protocol;
  return `${port === HTTPS_PORT ? "" : `:${port === 0 ? "*" : port}`}${protocol}`;
}
