export interface GateBounds {
  readonly cacheEntries: number;
  readonly cacheBytes: number;
  /** Different questions that wait for a resolver. */
  readonly questionsInFlight: number;
  /** Clients that wait for an answer, several of them perhaps for the same. */
  readonly clientsWaiting: number;
  readonly tcpConnections: number;
  /** Questions of one TCP connection that are not answered yet. */
  readonly questionsPerConnection: number;
  /** How long a TCP connection may take for its next whole question. */
  readonly tcpIdleMs: number;
}

export const GATE_BOUNDS: GateBounds = {
  // A large build asks for some hundred names.
  cacheEntries: 2_048,
  cacheBytes: 8 * 1024 * 1024,
  questionsInFlight: 1_000,
  clientsWaiting: 4_000,
  tcpConnections: 128,
  questionsPerConnection: 32,
  // RFC 7766 §6.2.3 wants some seconds; clients that keep connections open ask again when they are closed.
  tcpIdleMs: 5_000,
};
