interface Envelope {
  readonly seq: number;
  readonly observedAt: string;
  readonly kind: string;
  readonly process: string | null;
}

/** What a report's list takes over of an event as it is. */
export function withoutEnvelope<Event extends Envelope>({
  seq: _seq,
  observedAt: _observedAt,
  kind: _kind,
  process: _process,
  ...content
}: Event): Omit<Event, keyof Envelope> {
  return content;
}
