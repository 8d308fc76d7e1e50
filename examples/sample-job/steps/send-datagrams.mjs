import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

const DATAGRAMS = 5;
const SEND_EVERY_MS = 100;

export async function sendDatagrams({ say }) {
  for (const [type, address] of [
    ["udp4", "127.0.0.1"],
    ["udp6", "::1"],
  ]) {
    const sent = await sendTo(type, address);
    say(sent ? `${sent} datagrams reached ${address}.` : `There is no ${address} on this machine.`);
  }
}

/** Resolves to how many arrived; undefined where the machine has no such address. */
async function sendTo(type, address) {
  const receiver = createSocket(type);
  const sender = createSocket(type);
  try {
    receiver.bind(0, address);
    await once(receiver, "listening");
  } catch {
    return undefined;
  }
  for (let i = 1; i <= DATAGRAMS; i++) {
    const arrived = once(receiver, "message");
    sender.send(`build.step:${i}|c`, receiver.address().port, address);
    await arrived;
    await setTimeout(SEND_EVERY_MS);
  }
  sender.close();
  receiver.close();
  return DATAGRAMS;
}
