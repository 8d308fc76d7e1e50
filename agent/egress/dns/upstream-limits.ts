export interface UpstreamTimeouts {
  /** A resolver that is silent for this long gets company: the next one is asked too, and both are listened to. */
  readonly nextServerMs: number;
  /** After this the question has failed. */
  readonly totalMs: number;
  /** A resolver that was silent or unreachable is asked last for so long. */
  readonly downMs: number;
  /** A connection over TCP that nobody needs is kept for so long. */
  readonly tcpIdleMs: number;
}

export interface UpstreamBounds {
  readonly maxQuestionsInFlight: number;
  readonly maxResolvers: number;
  /** UDP sockets that are in use at once for a resolver: the source port is one of theirs. */
  readonly socketsPerResolver: number;
  /** Then the socket gives way to one with another port. */
  readonly questionsPerSocket: number;
  /** With those that only wait for their last answers. */
  readonly maxSocketsPerResolver: number;
}

export const UPSTREAM_TIMEOUTS: UpstreamTimeouts = {
  // Programs ask again after 5 s (resolv.conf(5)), so a second resolver has to have answered well before.
  nextServerMs: 1_000,
  // What programs wait with the defaults of resolv.conf(5): two attempts of 5 s.
  totalMs: 10_000,
  downMs: 10_000,
  // RFC 7766 §6.2.3 asks for seconds, and servers close after ten or so.
  tcpIdleMs: 5_000,
};

export const UPSTREAM_BOUNDS: UpstreamBounds = {
  // dnsmasq takes 150 at once, unbound 1,024 a thread.
  maxQuestionsInFlight: 512,
  // Three from resolv.conf; a list that is given by hand may be longer.
  maxResolvers: 8,
  socketsPerResolver: 4,
  questionsPerSocket: 64,
  maxSocketsPerResolver: 32,
};
