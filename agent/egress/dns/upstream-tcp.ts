import {
  createUpstreamTcpConnection,
  type UpstreamTcpConnection,
} from "./upstream-tcp-connection.ts";
import type { Transport, TransportOptions, TransportReply } from "./upstream-transport.ts";

/** Questions over one connection, each sent without waiting for the answer to the one before (RFC 7766 §6.2.1.1). */
export function createUpstreamTcp(options: TransportOptions): Transport {
  // The last one takes the questions; those before wait for their last answers.
  const connections: UpstreamTcpConnection[] = [];
  let isDisposed = false;
  const current = (): UpstreamTcpConnection => {
    const last = connections.at(-1);
    if (last?.isUsable === true) return last;
    connections.splice(0, connections.length, ...connections.filter((it) => !it.isClosed));
    const opened = createUpstreamTcpConnection(options);
    connections.push(opened);
    return opened;
  };

  return {
    ask(question, form, onReply) {
      const first = current();
      let isCancelled = false;
      let cancel = first.ask(question, form, (reply: TransportReply) => {
        // A resolver may close a connection that was idle at the moment it is used again.
        const isWorthAnother = reply.status === "unreachable" && first.hasAnswered;
        if (!isWorthAnother || isCancelled || isDisposed) onReply(reply);
        else cancel = current().ask(question, form, onReply);
      });
      return () => {
        isCancelled = true;
        cancel();
      };
    },
    [Symbol.dispose]() {
      isDisposed = true;
      for (const connection of connections) connection[Symbol.dispose]();
    },
  };
}
