/** What a job may try to get a packet out. */
export type Attempt =
  /** `localPort`: the end it is bound to. */
  | { readonly by: "tcp"; readonly ip: string; readonly port: number; readonly localPort?: number }
  | {
      readonly by: "udp";
      readonly ip: string;
      readonly port: number;
      readonly localPort?: number;
      /** SO_BINDTODEVICE. */
      readonly device?: string;
      /** SO_MARK. */
      readonly mark?: number;
    }
  /** A raw socket. `header`: the payload begins with an IP header (IP_HDRINCL). `noDefrag`: IP_NODEFRAG. */
  | {
      readonly by: "raw";
      readonly ip: string;
      readonly protocol: number;
      readonly payload: string;
      readonly header?: boolean;
      readonly noDefrag?: boolean;
      /** The hop limit, of IPv6. */
      readonly hops?: number;
    }
  /** A packet socket: a whole frame, in hexadecimal like every payload. */
  | { readonly by: "frame"; readonly device: string; readonly payload: string };

/** The word that came back, or the name of the error; `sent` where nothing was to come back. */
export type Outcome = string;
