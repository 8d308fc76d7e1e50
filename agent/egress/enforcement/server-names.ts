/** The check of server names in TLS, started when policy asks for it: at once, or when it becomes stricter. */
import type { PacketObservation } from "../../observation.ts";
import type { AddressBook } from "../address-book.ts";
import { type FindClient, toLocalPort } from "../find-client.ts";
import { toFamily } from "../ip-address.ts";
import { connectMarkedTcp } from "../marked-socket.ts";
import type { NameOrigin } from "../name-aliases.ts";
import type { FamilyPorts } from "../nftables/ruleset-plan.ts";
import type { SniCheck } from "../sni/sni-check.ts";
import type { SniGate } from "../sni/sni-gate.ts";
import type { CurrentPolicy } from "./current-policy.ts";
import { toFamilyPorts } from "./family-ports.ts";

const OWN_LISTEN = [
  { ip: "127.0.0.1", port: 0 },
  { ip: "::1", port: 0 },
];
/** Where a whole namespace is judged: connections of containers come to the address of their bridge. */
const FORWARD_LISTEN = [
  { ip: "0.0.0.0", port: 0 },
  { ip: "::", port: 0 },
];

export interface ServerNames extends AsyncDisposable {
  /** Where connections are to be redirected to; undefined where policy does not ask for it. */
  readonly ports: FamilyPorts | undefined;
  /** To be called before the table is loaded. Rejects where nothing can be listened on. */
  adopt(): Promise<void>;
}

export interface ServerNamesOptions {
  readonly policy: CurrentPolicy;
  readonly book: Pick<AddressBook, "isOpen">;
  /** Names that a record pointed at stand for those that policy lists. */
  readonly originsOf: (name: string) => readonly NameOrigin[];
  readonly mark: number | null;
  readonly observe: (observation: PacketObservation) => void;
  readonly findClient: FindClient;
}

export function createServerNames(options: ServerNamesOptions): ServerNames {
  const { policy } = options;
  let gate: SniGate | undefined;
  return {
    get ports() {
      if (gate === undefined || policy.sni === "off") return undefined;
      return toFamilyPorts(gate);
    },
    async adopt() {
      if (policy.sni === "verify") gate ??= await startGate(options);
    },
    async [Symbol.asyncDispose]() {
      await gate?.[Symbol.asyncDispose]();
    },
  };
}

/** Loaded only where it is asked for. */
async function startGate(options: ServerNamesOptions): Promise<SniGate> {
  const { createSniGate, SNI_GATE_BOUNDS } = await import("../sni/sni-gate.ts");
  const { policy, mark, observe } = options;
  return createSniGate({
    decide: (serverName, ip, port) => decide(serverName, { ip, port }, options),
    report(check) {
      if (!check.isAllowed) observe(toObservation(check, options));
    },
    connect: (destination) => connectMarkedTcp({ ...destination, mark, allowHalfOpen: true }),
    isEnforcing: () => policy.mode === "block",
    bounds: SNI_GATE_BOUNDS,
    listen: mark === null ? OWN_LISTEN : FORWARD_LISTEN,
  });
}

/** The kernel's sets and the book look at clocks of their own, and a connection has been on its way. */
const GRACE_MS = 5_000;

/**
 * A job that is root can lead any connection here by a table of its own, and the gate connects on from where no packet is
 * judged. So it goes only where the packet filter would have led here from.
 */
function decide(
  serverName: string,
  { ip, port }: { readonly ip: string; readonly port: number },
  { policy: { names }, book, originsOf }: ServerNamesOptions,
): { isAllowed: boolean; rule: string } {
  if (!book.isOpen({ ip, transport: "tcp", port }, Date.now() - GRACE_MS)) {
    return { isAllowed: false, rule: "sni: no allowed name has this address" };
  }
  const { rule } = names.decide(serverName);
  if (names.isDenied(serverName)) return { isAllowed: false, rule };
  const asked = [{ origin: serverName, port: undefined }, ...originsOf(serverName)];
  const isAllowed = asked.some(
    ({ origin, port: only }) =>
      (only === undefined || only === port) &&
      names
        .openingsFor(origin)
        .some(
          ({ transport, ports }) => transport === "tcp" && ports.from <= port && port <= ports.to,
        ),
  );
  return { isAllowed, rule: isAllowed ? rule : "sni: default" };
}

function toObservation(
  { at, serverName, destination, rule, client }: SniCheck,
  { policy: { mode }, findClient }: ServerNamesOptions,
): PacketObservation {
  const { ip, port } = destination;
  return {
    kind: "packet",
    at,
    address: { transport: "tcp", family: toFamily(ip), ip, port },
    userId: undefined,
    client: findClient(toLocalPort({ transport: "tcp", ...client })),
    isRefused: mode === "block",
    reason: { rule, domain: serverName },
  };
}
