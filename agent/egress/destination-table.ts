import type { AddressBlock } from "./address-block.ts";
import { createAddressTable } from "./address-table.ts";
import type { DestinationPattern, PatternTransport } from "./destination-pattern.ts";
import { coversLabel } from "./host-pattern.ts";
import type { IpAddress } from "./ip-address.ts";
import type { PortRange } from "./port-range.ts";

/** What the table answers with: the policy's own line. */
export interface Decision {
  readonly allowed: boolean;
  readonly rule: string;
}

/** One policy entry with nothing left out. */
export interface DestinationRule {
  readonly host: DestinationPattern["host"];
  readonly ports: PortRange;
  readonly transports: ReadonlySet<PatternTransport>;
  readonly decision: Decision;
}

export interface Flow {
  readonly transport: PatternTransport;
  readonly port: number | undefined;
  readonly address: IpAddress | undefined;
  /** In the canonical spelling. */
  readonly names: readonly string[];
}

/** Finds the entry that covers a flow: by whole name, then by suffix (longest first, one with a part of the label before it), by address, and `*` last. */
export interface DestinationTable {
  readonly rules: readonly DestinationRule[];
  find(flow: Flow): Decision | undefined;
  /** Every entry that covers a name on some port, in the same order. */
  covering(name: string): readonly DestinationRule[];
}

export function createDestinationTable(rules: readonly DestinationRule[]): DestinationTable {
  const names = new Map<string, DestinationRule[]>();
  const suffixes = new Map<string, DestinationRule[]>();
  const blocks: { block: AddressBlock; value: DestinationRule }[] = [];
  const any: DestinationRule[] = [];
  const labelsFirst = rules.toSorted((one, other) => isOfLabel(other) - isOfLabel(one));
  for (const rule of labelsFirst) {
    const { host } = rule;
    if (host.type === "any") any.push(rule);
    else if (host.type === "addresses") blocks.push({ block: host.block, value: rule });
    else if (host.type === "name") append(names, host.name, rule);
    else append(suffixes, host.suffix, rule);
  }
  const addresses = createAddressTable(blocks);
  return {
    rules,
    find(flow) {
      if (rules.length === 0) return undefined;
      const covers = (rule: DestinationRule) => coversPort(rule, flow);
      const found =
        firstOf(flow.names, (name) => names.get(name)?.find(covers)) ??
        firstOf(flow.names, (name) => findSuffix(suffixes, name, covers)) ??
        (flow.address && addresses.find(flow.address, covers)) ??
        any.find(covers);
      return found?.decision;
    },
    covering: (name) => [
      ...(names.get(name) ?? []),
      ...suffixesOf(name)
        .flatMap((suffix) => suffixes.get(suffix) ?? [])
        .filter((rule) => coversName(rule, name)),
      ...any,
    ],
  };
}

function coversPort({ ports, transports }: DestinationRule, { transport, port }: Flow): boolean {
  if (!transports.has(transport)) return false;
  if (transport === "icmp" || transport === "raw") return true;
  // A port that the sensor could not tell is covered only where every port is.
  return port === undefined
    ? ports.from <= 1 && ports.to >= 65_535
    : ports.from <= port && port <= ports.to;
}

function findSuffix(
  suffixes: ReadonlyMap<string, readonly DestinationRule[]>,
  name: string,
  covers: (rule: DestinationRule) => boolean,
): DestinationRule | undefined {
  return firstOf(suffixesOf(name), (suffix) =>
    suffixes.get(suffix)?.find((rule) => coversName(rule, name) && covers(rule)),
  );
}

function isOfLabel({ host }: DestinationRule): number {
  return Number(host.type === "label");
}

/** It stands under one of the name's suffixes. */
function coversName({ host }: DestinationRule, name: string): boolean {
  return host.type !== "label" || coversLabel(host, name);
}

/** Longest first, without the name itself. */
function suffixesOf(name: string): string[] {
  const suffixes: string[] = [];
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    suffixes.push(name.slice(dot + 1));
  }
  return suffixes;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
