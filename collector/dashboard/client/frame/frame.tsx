import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import type { SessionView } from "../api/types.ts";
import { Notice } from "../components/notices.tsx";
import { startClock } from "../format/now.ts";
import { connection, watchChanges } from "../live/changes.ts";
import { addresses } from "../navigation/addresses.ts";
import { Link } from "../navigation/link.tsx";
import { place } from "../navigation/place.ts";
import { signOut } from "../session/session.ts";

interface FrameProps {
  readonly session: SessionView;
  readonly children: ComponentChildren;
}

const PAGES = [
  ["Overview", addresses.overview, ""],
  ["Runs", addresses.runs, "runs"],
  ["Incidents", addresses.incidents, "incidents"],
  ["Findings", addresses.findings, "findings"],
  ["Baselines", addresses.baselines, "baselines"],
  ["Fleet", addresses.fleet, "fleet"],
  ["Settings", addresses.settings, "settings"],
] as const;

/** What stands around every page. */
export function Frame({ session, children }: FrameProps) {
  useEffect(() => {
    startClock();
    return watchChanges();
  }, []);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="frame">
        <Link to={addresses.overview} class="brand">
          <Shield />
          Runner Guard
        </Link>
        <nav aria-label="Pages">
          <ul>
            {PAGES.map(([name, address, part]) => (
              <li key={part}>
                <Link to={address} {...(isIn(part) && { "aria-current": "page" })}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <ConnectionState />
          <span class="role" title={`Tenant ${session.tenant}, token ${session.token}`}>
            {session.role}
          </span>
          <button type="button" class="quiet" onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main">
        {connection.value === "lost" && (
          <Notice kind="warning">
            The collector does not answer: what is shown may be out of date. It is tried again.
          </Notice>
        )}
        {children}
      </main>
    </>
  );
}

function isIn(part: string): boolean {
  return (place.value.parts[0] ?? "") === part;
}

const STATES = {
  live: ["live", "What changes is shown as it does"],
  connecting: ["connecting", "Waiting for the collector"],
  lost: ["not live", "The collector does not answer: what is shown may be out of date"],
  refused: [
    "not live",
    "The collector sends nothing more: what is shown may be out of date. Load the page again.",
  ],
} as const;

function ConnectionState() {
  const [name, explanation] = STATES[connection.value];
  return (
    <span class={`connection ${connection.value}`} role="status" title={explanation}>
      {name}
    </span>
  );
}

function Shield() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" class="shield">
      <path d="M16 2 4 6.5v8.2c0 7 5 12.7 12 15.3 7-2.6 12-8.3 12-15.3V6.5z" />
      <path class="pulse-line" d="m9 17 4-6 4 8 3-4h3" />
    </svg>
  );
}
