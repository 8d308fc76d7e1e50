/** The last events of the run, for whoever has to understand an incident. */
export interface RecentEvents<Event> {
  add(event: Event): void;
  /** Oldest first. */
  list(): Event[];
}

export function createRecentEvents<Event>(maxEvents: number): RecentEvents<Event> {
  const events: Event[] = [];
  let oldest = 0;
  return {
    add(event) {
      if (events.length < maxEvents) {
        events.push(event);
        return;
      }
      events[oldest] = event;
      oldest = (oldest + 1) % maxEvents;
    },
    list: () => [...events.slice(oldest), ...events.slice(0, oldest)],
  };
}
