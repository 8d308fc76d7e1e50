/** Over TCP each message stands behind its length (RFC 1035 §4.2.2), in so many bytes. */
export const LENGTH_BYTES = 2;

export function toFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + message.length);
  frame[0] = message.length >> 8;
  frame[1] = message.length & 0xff;
  frame.set(message, LENGTH_BYTES);
  return frame;
}
