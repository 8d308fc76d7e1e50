import type { CommandChannel } from "../../stream/commands/command-channel.ts";
import { createHttpChannel } from "../../stream/commands/http-channel.ts";
import { type Connect, createOwnAgent } from "../../stream/transport/own-agent.ts";
import type { CollectorTarget } from "./collector-target.ts";

export interface CommandChannels extends Disposable {
  readonly list: readonly CommandChannel[];
}

/** Connections of their own: one of them waits all the time. */
export function toChannels(
  { addresses, authorities, token }: CollectorTarget,
  connect: Connect,
  connectTimeoutMs: number,
): CommandChannels {
  const agents = addresses.map((address) => ({
    address,
    agent: createOwnAgent({ address, connect, authorities, connectTimeoutMs }),
  }));
  return {
    list: agents.map(({ address, agent }) => createHttpChannel({ address, agent, token })),
    [Symbol.dispose]() {
      for (const { agent } of agents) agent.destroy();
    },
  };
}
