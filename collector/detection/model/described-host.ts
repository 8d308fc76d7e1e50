/** All that is asked of a host in each connection, found out once. */
import { isCiStore } from "./ci-stores.ts";
import { isLocalAddress } from "./generalise-address.ts";
import { type GeneralHost, generaliseHost } from "./generalise-host.ts";
import { toPlainText } from "./plain-text.ts";
import { remembered } from "./remembered.ts";

export interface DescribedHost extends GeneralHost {
  /** As it was given, to be shown to people. */
  readonly shown: string;
  /** In one way of writing. */
  readonly literal: string;
  /** A name or an address of this machine, or of whoever listens nearby. */
  readonly isHere: boolean;
  readonly isCiStore: boolean;
}

/** Of DNS; what is longer is no name. */
const MAX_CHARACTERS = 253;

export const describeHost: (host: string) => DescribedHost = remembered(describe, {
  texts: 4_096,
  maxCharacters: MAX_CHARACTERS,
});

/** What a connection leads to, whatever name it has. */
export const leadsHere: (ip: string) => boolean = remembered(isLocalAddress, {
  texts: 4_096,
  maxCharacters: MAX_CHARACTERS,
});

function describe(host: string): DescribedHost {
  const general = generaliseHost(host);
  const lower = host.toLowerCase();
  const plain = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  return {
    ...general,
    shown: toPlainText(host, MAX_CHARACTERS),
    literal: toPlainText(plain, MAX_CHARACTERS),
    isHere: isOwnName(lower) || isLocalAddress(host),
    isCiStore: isCiStore(general.domain),
  };
}

function isOwnName(lower: string): boolean {
  return lower === "" || lower === "localhost" || lower.endsWith(".localhost");
}
