/**
 * Notices when somebody changes addresses, routes and rules under the guard: what the job does is told, and a resolver that
 * may be somebody else by now is not believed.
 */
import type { TamperObservation } from "../../observation.ts";
import type { AddressBook } from "../address-book.ts";
import type { FoundResolvers } from "../dns/configured-resolvers.ts";
import type { ResolverTrust } from "../dns/doubting-upstream.ts";
import type { EgressOptions } from "../egress.ts";
import { createRouteLookup } from "../netlink/route-lookup.ts";
import type { RouteMessage } from "../netlink/route-message.ts";
import { createRouteWatch, type RouteChange } from "../netlink/route-watch.ts";
import type { CurrentPolicy } from "./current-policy.ts";
import { createOwnAddresses } from "./own-addresses.ts";
import { createResolverWays, type ResolverWays } from "./resolver-ways.ts";

export interface NetworkWatch extends ResolverTrust, Disposable {
  poll(): void;
}

export interface NetworkWatchOptions {
  readonly scope: EgressOptions["scope"];
  readonly policy: Pick<CurrentPolicy, "mode" | "names">;
  readonly book: Pick<AddressBook, "namesOf">;
  /** Of the machine, at the start. */
  readonly ownIps: Iterable<string>;
  readonly resolvers: FoundResolvers;
  /** SO_MARK of the guard's questions. */
  readonly mark: number | null;
  readonly observe: (observation: TamperObservation) => void;
  readonly onFailure: (reason: string) => void;
}

interface State {
  readonly options: NetworkWatchOptions;
  readonly ways: ResolverWays;
  readonly own: ReturnType<typeof createOwnAddresses>;
  readonly nextTellingMs: Map<string, number>;
  isChanged: boolean;
  doubts: number;
}

/** Whoever takes an address and gives it back in a loop is told of once a second. */
const TELL_EVERY_MS = 1_000;
/** Addresses that were told of within the last second. */
const MAX_TOLD = 64;

export function createNetworkWatch(options: NetworkWatchOptions): NetworkWatch {
  using stack = new DisposableStack();
  const lookup = stack.use(createRouteLookup());
  const watch = stack.use(
    createRouteWatch({
      onChange: (change, nameOf) => take(state, change, nameOf),
      onOverrun: () => takeOverrun(state),
    }),
  );
  const state: State = {
    options,
    ways: createResolverWays({
      resolvers: options.resolvers.resolvers,
      mark: options.mark,
      lookup,
      mindsDevice: options.scope === "command",
    }),
    own: createOwnAddresses(options.ownIps),
    nextTellingMs: new Map(),
    isChanged: false,
    doubts: 0,
  };
  const poll = (): void => {
    watch.poll();
    if (!state.isChanged) return;
    state.isChanged = false;
    state.ways.look();
    const { doubt } = state.ways;
    if (doubt !== undefined) options.onFailure(`${doubt}: it was not asked meanwhile`);
  };
  const owned = stack.move();
  return {
    poll,
    findDoubt() {
      poll();
      return state.ways.doubt;
    },
    get doubts() {
      return state.doubts;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function take(state: State, change: RouteChange, nameOf: () => string | undefined): void {
  const { options, ways, own } = state;
  state.isChanged = true;
  if (ways.concerns(change)) state.doubts += 1;
  const taken = own.findTaken(change);
  if (taken !== undefined) tellTaken(state, taken, change);
  // In audit mode the job is not held back, so it leads nothing past anybody.
  if (options.scope !== "command" || options.policy.mode === "audit" || change.portId === 0) return;
  const what = describeChange(change, nameOf());
  options.observe({
    kind: "tamper",
    at: Date.now() * 1000,
    pid: change.portId,
    isOfJobAlone: true,
    message: `the job changed the network: ${what}`,
    evidence: { what },
  });
}

/** Nobody can tell what it was, so no question under way is believed. */
function takeOverrun(state: State): void {
  state.isChanged = true;
  state.doubts += 1;
  if (state.options.scope !== "command" || !isDue(state, "overrun")) return;
  state.options.observe({
    kind: "tamper",
    at: Date.now() * 1000,
    pid: undefined,
    message: "the network's addresses and routes were changed faster than that could be read",
    evidence: {},
  });
}

/** Of everybody's changes: an address that the guard's own questions or allowed connections go to. */
function tellTaken(state: State, ip: string, { portId }: RouteChange): void {
  const whose = findMeaning(state, ip);
  if (whose === undefined || !isDue(state, ip)) return;
  state.options.observe({
    kind: "tamper",
    at: Date.now() * 1000,
    pid: portId === 0 ? undefined : portId,
    message: `${ip}, ${whose}, was made one of the machine's own addresses`,
    evidence: { ip },
  });
}

function findMeaning({ ways, options }: State, ip: string): string | undefined {
  if (ways.isForeignResolver(ip)) return "the address of a resolver";
  const { book, policy } = options;
  const name = book
    .namesOf(ip, Date.now())
    .find((known) => policy.names.openingsFor(known).length > 0);
  return name === undefined ? undefined : `an address of the allowed ${name}`;
}

function isDue({ nextTellingMs }: State, what: string): boolean {
  const now = performance.now();
  if ((nextTellingMs.get(what) ?? 0) > now) return false;
  if (nextTellingMs.size >= MAX_TOLD) nextTellingMs.clear();
  nextTellingMs.set(what, now + TELL_EVERY_MS);
  return true;
}

function describeChange(change: RouteMessage, deviceName: string | undefined): string {
  const { kind, deed, gateway, isLocal } = change;
  const where = deviceName === undefined ? "" : ` on ${deviceName}`;
  if (kind === "link") return `device ${deviceName ?? change.device} ${deed}`;
  if (kind === "rule") return `routing rule ${deed}`;
  const block = change.ip === undefined ? "default" : `${change.ip}/${change.prefix}`;
  if (kind === "address") return `address ${block} ${deed}${where}`;
  const way = isLocal === true ? " to the machine itself" : gateway && ` by ${gateway}`;
  return `route to ${block}${way ?? ""} ${deed}${where}`;
}
