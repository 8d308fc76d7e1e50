import type { CommandChannel } from "../../stream/commands/command-channel.ts";
import { createHttpChannel } from "../../stream/commands/http-channel.ts";
import type { BegunRun } from "../../stream/proof/proof.ts";
import { type Connect, createOwnAgent } from "../../stream/transport/own-agent.ts";
import type { CollectorTarget } from "./collector-target.ts";

export interface ChannelWay {
  readonly connect: Connect;
  readonly connectTimeoutMs: number;
}

export interface CommandChannels extends Disposable {
  readonly list: readonly CommandChannel[];
}

/** Connections of their own: one of them waits all the time. */
export function toChannels(
  { addresses, authorities, openProof }: CollectorTarget,
  run: BegunRun,
  { connect, connectTimeoutMs }: ChannelWay,
): CommandChannels {
  const proof = openProof(connect);
  const token = (signal: AbortSignal) => proof(run, signal);
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
