/** Which names each address was given as, and for what it stands open: what the guard knows from DNS. */
import type { PortRange } from "./port-range.ts";

export interface OpenPort {
  readonly transport: "tcp" | "udp";
  readonly ports: PortRange;
}

export interface OpenDestination {
  readonly ip: string;
  readonly transport: OpenPort["transport"];
  readonly port: number;
}

/** One thing that the packet filter's sets hold, or have held. */
export interface OpenElement extends OpenPort {
  readonly ip: string;
  readonly untilMs: number;
}

export interface KnownName {
  readonly ip: string;
  readonly name: string;
  readonly untilMs: number;
}

export interface AddressBook {
  /** Notes that an answer gave this address for a name that was asked for. */
  learn(ip: string, name: string, untilMs: number): void;
  /** Notes that the packet filter lets this through until then. */
  open(element: OpenElement): void;
  /** Until when it is let through; 0 where it never was. */
  openUntilMs(ip: string, port: OpenPort): number;
  /** Whether it is let through then, by whatever entry. */
  isOpen(destination: OpenDestination, nowMs: number): boolean;
  /** Names that an answer gave it and that are still good, the latest first. */
  namesOf(ip: string, nowMs: number): string[];
  /** Also those that are not good any more. */
  namesEverOf(ip: string): string[];
  /** What has to be in the packet filter now. */
  liveElements(nowMs: number): OpenElement[];
  /** Every name of every address that is still good. */
  liveNames(nowMs: number): KnownName[];
  /** Puts what is given back in the place of each element. */
  revise(toRevised: (element: OpenElement) => readonly OpenElement[]): void;
  /** Addresses that were forgotten to make room. */
  readonly forgotten: number;
}

export interface AddressBookBounds {
  readonly maxAddresses: number;
  readonly maxNamesPerAddress: number;
}

interface Entry {
  /** Until when each name is good, the latest last. */
  readonly names: Map<string, number>;
  readonly open: Map<string, OpenElement>;
}

export function createAddressBook(bounds: AddressBookBounds): AddressBook {
  const entries = new Map<string, Entry>();
  let forgotten = 0;

  const findOrAdd = (ip: string): Entry => {
    const entry = entries.get(ip) ?? { names: new Map(), open: new Map() };
    // To the end, so that the first one is the one that was not heard of for longest.
    entries.delete(ip);
    entries.set(ip, entry);
    if (entries.size > bounds.maxAddresses) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
      forgotten += 1;
    }
    return entry;
  };

  return {
    learn(ip, name, untilMs) {
      const { names } = findOrAdd(ip);
      const known = names.get(name) ?? 0;
      names.delete(name);
      names.set(name, Math.max(known, untilMs));
      if (names.size <= bounds.maxNamesPerAddress) return;
      const oldest = names.keys().next();
      if (!oldest.done) names.delete(oldest.value);
    },
    open(element) {
      findOrAdd(element.ip).open.set(toPortKey(element), element);
    },
    openUntilMs: (ip, port) => entries.get(ip)?.open.get(toPortKey(port))?.untilMs ?? 0,
    isOpen: ({ ip, transport, port }, nowMs) =>
      [...(entries.get(ip)?.open.values() ?? [])].some(
        ({ transport: other, ports, untilMs }) =>
          other === transport && ports.from <= port && port <= ports.to && untilMs > nowMs,
      ),
    namesOf: (ip, nowMs) =>
      [...(entries.get(ip)?.names ?? [])]
        .filter(([, untilMs]) => untilMs > nowMs)
        .map(([name]) => name)
        .toReversed(),
    namesEverOf: (ip) => [...(entries.get(ip)?.names.keys() ?? [])].toReversed(),
    liveElements: (nowMs) =>
      [...entries.values()].flatMap(({ open }) =>
        [...open.values()].filter(({ untilMs }) => untilMs > nowMs),
      ),
    liveNames: (nowMs) =>
      [...entries].flatMap(([ip, { names }]) =>
        [...names]
          .filter(([, untilMs]) => untilMs > nowMs)
          .map(([name, untilMs]) => ({ ip, name, untilMs })),
      ),
    revise(toRevised) {
      for (const { open } of entries.values()) {
        const revised = [...open.values()].flatMap(toRevised);
        open.clear();
        for (const element of revised) keepLonger(open, element);
      }
    },
    get forgotten() {
      return forgotten;
    },
  };
}

function keepLonger(open: Map<string, OpenElement>, element: OpenElement): void {
  const key = toPortKey(element);
  if ((open.get(key)?.untilMs ?? 0) < element.untilMs) open.set(key, element);
}

function toPortKey({ transport, ports }: OpenPort): string {
  return `${transport} ${ports.from} ${ports.to}`;
}
