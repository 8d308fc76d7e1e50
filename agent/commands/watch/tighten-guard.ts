import type { ControlAnswer } from "../../control/control-answer.ts";
import type { Tightening } from "../../control/control-request.ts";
import type { Guard } from "../../guard/guard.ts";

/** What is asked for is in force when it is answered. More destinations can always be denied: they count as violations. */
export async function tightenGuard(
  guard: Pick<Guard, "enforcement" | "tighten">,
  { deny, allowOnly, mode, dns, sni }: Tightening,
): Promise<ControlAnswer> {
  const { mechanism, reason } = guard.enforcement();
  const takesMeans = mode !== undefined || dns !== undefined || sni !== undefined;
  if (sni !== undefined && mechanism === "dns") {
    return { status: "refused", reason: "server names are not seen where names alone are judged" };
  }
  if (takesMeans && mechanism === "none") {
    return {
      status: "refused",
      reason: `nothing stands between the job and the network that could be stricter (${reason ?? "--enforcement none"})`,
    };
  }
  const result = await guard.tighten({
    deny,
    ...(allowOnly && { allowOnly }),
    ...(mode && { mode }),
    ...(dns && { dns }),
    ...(sni && { sni }),
  });
  return result.status === "done"
    ? { status: "done", result: { mechanism } }
    : {
        status: "refused",
        reason: `packets are judged as before, though names are not (${result.reason}): ask again`,
      };
}
