import type { WorldClient } from "./world-client.ts";
import type { DnsBehaviour, DnsQuestion, DnsRecord } from "./world/messages.ts";

/** The honest resolver at 10.96.0.10 and fd00:10:96::10, over UDP and TCP. Names that it does not know do not exist. */
export interface Resolver {
  add(...records: readonly DnsRecord[]): Promise<void>;
  /** Afterwards the name does not exist. */
  forget(name: string): Promise<void>;
  /** In the place of how it behaved so far; `{}` is honest again. */
  behave(behaviour: DnsBehaviour): Promise<void>;
  /** All that it was asked; with `server: "attacker"`, what the attacker's name servers were asked, by whatever way. */
  questions(
    filter?: Partial<Pick<DnsQuestion, "server" | "name" | "type">>,
  ): Promise<readonly DnsQuestion[]>;
}

export function toResolver(client: WorldClient): Resolver {
  return {
    add: async (...records) => client.ask({ kind: "records", records }),
    forget: async (name) => client.ask({ kind: "forget-name", name }),
    behave: async (behaviour) => client.ask({ kind: "behave", behaviour }),
    async questions({ server = "resolver", name, type } = {}) {
      const questions = await client.ask({ kind: "questions" });
      return questions.filter(
        (it) =>
          it.server === server && (name ?? it.name) === it.name && (type ?? it.type) === it.type,
      );
    },
  };
}
