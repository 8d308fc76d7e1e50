/** Which part of a time line is seen. */
export interface View {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Pixels that are scrolled away above. */
  readonly top: number;
}

export interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
}

const MIN_SPAN_MS = 2;

export function toWhole({ startsAt, endsAt }: Span): View {
  const margin = (endsAt - startsAt) * 0.01;
  return { from: startsAt - margin, to: endsAt + margin, top: 0 };
}

/** `factor` below 1: closer. `at`: what stays where it is. */
export function zoom(
  view: View,
  { factor, at }: { factor: number; at: number },
  whole: Span,
): View {
  const most = (whole.endsAt - whole.startsAt) * 1.1;
  const span = Math.min(most, Math.max(MIN_SPAN_MS, (view.to - view.from) * factor));
  const share = (at - view.from) / (view.to - view.from);
  const from = at - span * share;
  return keepIn({ ...view, from, to: from + span }, whole);
}

/** `share`: of what is seen. */
export function pan(view: View, share: number, whole: Span): View {
  const by = (view.to - view.from) * share;
  return keepIn({ ...view, from: view.from + by, to: view.to + by }, whole);
}

export function centreOn(view: View, at: number, whole: Span): View {
  const half = (view.to - view.from) / 2;
  return keepIn({ ...view, from: at - half, to: at + half }, whole);
}

function keepIn(view: View, { startsAt, endsAt }: Span): View {
  const margin = (endsAt - startsAt) * 0.05;
  const span = view.to - view.from;
  const from = Math.max(
    startsAt - margin,
    Math.min(view.from, Math.max(startsAt - margin, endsAt + margin - span)),
  );
  return { ...view, from, to: from + span };
}
