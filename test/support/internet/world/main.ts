/**
 * The world's servers, the capture and the record of who came: one process for an internet, in the world's network
 * namespace. It is asked over the channel to its parent, and ends with it.
 *
 *     node main.ts FOLDER CAPTURE
 */
import { writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";

import type { Packet } from "dns-packet";

import { toWire } from "../addresses.ts";
import { createFrameCapture } from "./capture.ts";
import { createCertificates } from "./certificates.ts";
import { answerAsAttacker, answerHonestly } from "./dns-answers.ts";
import { toForgedMessages } from "./dns-forgeries.ts";
import { delay, type AskedBy, type DnsAnswerer } from "./dns-server.ts";
import { createDnsZone, toCanonical } from "./dns-zone.ts";
import type { DnsBehaviour, DnsQuestion, WorldRequest } from "./messages.ts";
import { listen, toPlainIp } from "./services.ts";
import { listenForTheRest } from "./sink.ts";
import { createWorldRecord } from "./world-record.ts";

/** Every packet ends here, whatever its address, and servers may bind any address. */
const SETTINGS = {
  "ipv4/ip_forward": "1",
  "ipv4/ip_nonlocal_bind": "1",
  "ipv6/ip_nonlocal_bind": "1",
  "ipv6/conf/all/forwarding": "1",
} as const;

const [folder = ".", wantsCapture = "yes"] = process.argv.slice(2);
for (const [name, value] of Object.entries(SETTINGS)) writeFileSync(`/proc/sys/net/${name}`, value);

const record = createWorldRecord();
const zone = createDnsZone();
const certificates = createCertificates(folder);
const capture = wantsCapture === "yes" ? createFrameCapture(toWire) : undefined;
let behaviour: DnsBehaviour = {};

const resolver: DnsAnswerer = {
  async answer(query, by) {
    note("resolver", query, by);
    if (behaviour.isSilent === true) return undefined;
    await delay(behaviour.delayMs);
    return answerHonestly(query, zone, behaviour);
  },
  forge: (query) =>
    (behaviour.forgeries ?? []).flatMap((it) =>
      toForgedMessages(it, query, answerHonestly(query, zone, {})),
    ),
};
const attacker: DnsAnswerer = {
  async answer(query, by) {
    note("attacker", query, by);
    return answerAsAttacker(query);
  },
  forge: () => [],
};
const site = { record, zone, certificates, dns: resolver };

process.on("message", (message: { readonly id: number; readonly request: WorldRequest }) => {
  answer(message.request).then(
    (result) => process.send?.({ id: message.id, result }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  );
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

await listenForTheRest({ ...site, dns: attacker });
process.send?.({ id: 0 });
// It is ended by a signal, which leaves no time for it then.
flushCompileCache();

async function answer(request: WorldRequest): Promise<unknown> {
  switch (request.kind) {
    case "listen":
      return void (await Promise.all(request.listeners.map((it) => listen(it, site))));
    case "records":
      return zone.add(request.records);
    case "forget-name":
      return zone.forget(request.name);
    case "behave":
      behaviour = request.behaviour;
      return undefined;
    case "questions":
      return record.questions;
    case "visits":
      return record.visits;
    case "forget":
      record.forget();
      return capture?.forget();
    case "packets":
      break;
  }
  if (capture === undefined) throw new Error("this internet was made without a capture");
  return capture.take();
}

function note(server: DnsQuestion["server"], query: Packet, by: AskedBy): void {
  for (const { name, type } of query.questions ?? []) {
    record.question({ server, name: toCanonical(name), type, ...by, from: toPlainIp(by.from) });
  }
}
