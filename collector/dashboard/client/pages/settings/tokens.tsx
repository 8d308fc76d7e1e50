import { useSignal } from "@preact/signals";

import { request } from "../../api/request.ts";
import type { NewTokenView, TokenView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Notice } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";

type Asked = { readonly deed: "give" } | { readonly deed: "revoke"; readonly token: TokenView };

const ROLES = ["viewer", "responder", "admin", "agent"];

export function Tokens() {
  const resource = useResource<{ readonly items: readonly TokenView[] }>("/v1/tokens");
  const asked = useSignal<Asked | undefined>(undefined);
  const made = useSignal<NewTokenView | undefined>(undefined);
  const columns: readonly Column<TokenView>[] = [
    { name: "Token", show: ({ id }) => <code>{id}</code> },
    { name: "Role", show: ({ role }) => role },
    { name: "Created", show: ({ createdAt }) => <Time at={createdAt} as="day" /> },
    {
      name: "",
      show: (token) => (
        <button
          type="button"
          class="grave"
          aria-label={`Take back ${token.id}`}
          onClick={() => {
            asked.value = { deed: "revoke", token };
          }}
        >
          Take back
        </button>
      ),
    },
  ];
  const close = (): void => {
    asked.value = undefined;
  };
  return (
    <Panel
      title="Tokens"
      class="whole"
      aside={
        <button
          type="button"
          onClick={() => {
            asked.value = { deed: "give" };
          }}
        >
          Give out a token
        </button>
      }
    >
      {made.value !== undefined && (
        <div class="body">
          <Notice kind="done">
            The token of the new {made.value.role}, shown this once: <code>{made.value.token}</code>
          </Notice>
        </div>
      )}
      <LoadedView resource={resource}>
        {({ items }) => (
          <DataTable
            caption="Tokens"
            rows={items}
            columns={columns}
            keyOf={({ id }) => id}
            none="No tokens but those that environment variables give"
          />
        )}
      </LoadedView>
      {asked.value?.deed === "give" && (
        <Dialog
          title="Give out a token"
          deed="Give out"
          onClose={close}
          onDo={async (said) => {
            made.value = await request("POST", "/v1/tokens", { body: { role: said.get("role") } });
            resource.reload();
          }}
        >
          <div class="field">
            <label for="token-role">Role</label>
            <select id="token-role" name="role">
              {ROLES.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
          </div>
        </Dialog>
      )}
      {asked.value?.deed === "revoke" && (
        <Revoke token={asked.value.token} onClose={close} onDone={resource.reload} />
      )}
    </Panel>
  );
}

interface RevokeProps {
  readonly token: TokenView;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Revoke({ token: { id, role }, onClose, onDone }: RevokeProps) {
  return (
    <Dialog
      title={`Take back ${id}`}
      deed="Take back"
      isGrave
      onClose={onClose}
      onDo={async () => {
        await request("DELETE", `/v1/tokens/${encodeURIComponent(id)}`);
        onDone();
      }}
    >
      <p>
        Whoever has this token of {role} can do nothing with it any more, and whoever has signed in
        with it is signed out.
      </p>
    </Dialog>
  );
}
