import { Loading } from "./components/loaded-view.tsx";
import { Failure } from "./components/notices.tsx";
import { Frame } from "./frame/frame.tsx";
import { CurrentPage } from "./pages/current-page.tsx";
import { SignInPage } from "./pages/sign-in/sign-in-page.tsx";
import { readSession, sessionState } from "./session/session.ts";

export function Dashboard() {
  const state = sessionState.value;
  switch (state.status) {
    case "unknown":
      return (
        <main class="lone">
          <Loading />
        </main>
      );
    case "unreachable":
      return (
        <main class="lone">
          <Failure problem={state.problem} onRetry={() => void readSession()} />
        </main>
      );
    case "signed-out":
      return <SignInPage why={state.why} />;
    case "signed-in":
  }
  return (
    <Frame session={state.session}>
      <CurrentPage />
    </Frame>
  );
}
