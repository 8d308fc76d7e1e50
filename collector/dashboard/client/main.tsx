/** The dashboard in a browser: begins when its page is loaded. */
import { render } from "preact";

import { Dashboard } from "./dashboard.tsx";
import { startNavigation } from "./navigation/place.ts";
import { fetchCurrentPage } from "./pages/current-page.tsx";
import { readSession } from "./session/session.ts";

const root = document.querySelector("#page");
if (root !== null) {
  startNavigation();
  void readSession();
  void fetchCurrentPage();
  render(<Dashboard />, root);
}
