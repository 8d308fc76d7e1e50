/** Written by scripts/generate-event-validator.ts from protocol/events.ts: `npm run schema` writes it anew. */

/** What is wrong with it as an event of the guard's; undefined where nothing is. Members that no schema knows are let pass. */
export function findEventFault(event: unknown): string | undefined {
  if (!isObject(event)) return "it is no JSON object";
  switch (event["kind"]) {
    case "guard-started":
      return inEventGuardStarted(event);
    case "guard-stopped":
      return inEventGuardStopped(event);
    case "heartbeat":
      return inEventHeartbeat(event);
    case "events-dropped":
      return inEventEventsDropped(event);
    case "process-started":
      return inEventProcessStarted(event);
    case "process-exited":
      return inEventProcessExited(event);
    case "connection":
      return inEventConnection(event);
    case "dns-query":
      return inEventDnsQuery(event);
    case "file-written":
      return inEventFileWritten(event);
    case "file-read":
      return inEventFileRead(event);
    case "memory-access":
      return inEventMemoryAccess(event);
    case "privileged-operation":
      return inEventPrivilegedOperation(event);
    case "finding":
      return inEventFinding(event);
    case "secret-found":
      return inEventSecretFound(event);
    case "resource-sample":
      return inEventResourceSample(event);
    case "posture":
      return inEventPosture(event);
    default:
      return "kind: none that is known";
  }
}

function inMode(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["requested"];
    if (it !== "audit" && it !== "block") return "requested: none of audit, block";
  }
  {
    const it = value["effective"];
    if (it !== "audit" && it !== "block" && it !== "block (names only)")
      return "effective: none of audit, block, block (names only)";
  }
  {
    const it = value["reasons"];
    if (!Array.isArray(it)) return "reasons: no list";
    for (const item of it) {
      if (typeof item !== "string") return "reasons[]: no text";
    }
  }
  return undefined;
}

function inBuiltInItem(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["asOf"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$/.test(
        it,
      )
    )
      return "asOf: no text of the form that it has to have";
  }
  {
    const it = value["reason"];
    if (typeof it !== "string") return "reason: no text";
  }
  {
    const it = value["destinations"];
    if (!Array.isArray(it)) return "destinations: no list";
    for (const item of it) {
      if (typeof item !== "string") return "destinations[]: no text";
    }
  }
  return undefined;
}

function inEnforcement(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["mechanism"];
    if (it !== "nftables" && it !== "dns" && it !== "none")
      return "mechanism: none of nftables, dns, none";
  }
  {
    const it = value["reason"];
    if (it !== undefined) {
      if (typeof it !== "string") return "reason: no text";
    }
  }
  {
    const it = value["builtIn"];
    if (!Array.isArray(it)) return "builtIn: no list";
    for (const item of it) {
      if (!isObject(item)) return "builtIn[]: no object";
      {
        const fault = inBuiltInItem(item);
        if (fault !== undefined) return `builtIn[].${fault}`;
      }
    }
  }
  return undefined;
}

function inLockdown(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["sudo"];
    if (it !== "allowed" && it !== "disabled" && it !== "not-held")
      return "sudo: none of allowed, disabled, not-held";
  }
  {
    const it = value["containers"];
    if (it !== "allowed" && it !== "disabled" && it !== "not-held")
      return "containers: none of allowed, disabled, not-held";
  }
  {
    const it = value["reasons"];
    if (!Array.isArray(it)) return "reasons: no list";
    for (const item of it) {
      if (typeof item !== "string") return "reasons[]: no text";
    }
  }
  return undefined;
}

function inEgress(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["unrestricted"];
    if (typeof it !== "boolean") return "unrestricted: neither true nor false";
  }
  {
    const it = value["allow"];
    if (!Array.isArray(it)) return "allow: no list";
    for (const item of it) {
      if (typeof item !== "string") return "allow[]: no text";
    }
  }
  {
    const it = value["deny"];
    if (!Array.isArray(it)) return "deny: no list";
    for (const item of it) {
      if (typeof item !== "string") return "deny[]: no text";
    }
  }
  {
    const it = value["moreAllowed"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "moreAllowed: no whole number from 0 up";
  }
  {
    const it = value["moreDenied"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "moreDenied: no whole number from 0 up";
  }
  {
    const it = value["dns"];
    if (it !== "allowed-names" && it !== "any") return "dns: none of allowed-names, any";
  }
  {
    const it = value["sni"];
    if (it !== "off" && it !== "verify") return "sni: none of off, verify";
  }
  return undefined;
}

function inSensor(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["name"];
    if (it !== "kernel" && it !== "proc" && it !== "host" && it !== "log")
      return "name: none of kernel, proc, host, log";
  }
  {
    const it = value["status"];
    if (it !== "active" && it !== "degraded" && it !== "unavailable")
      return "status: none of active, degraded, unavailable";
  }
  {
    const it = value["reason"];
    if (it !== undefined) {
      if (typeof it !== "string") return "reason: no text";
    }
  }
  {
    const it = value["eventsSeen"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "eventsSeen: no whole number from 0 up";
  }
  {
    const it = value["eventsDropped"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "eventsDropped: no whole number from 0 up";
  }
  return undefined;
}

function inCi(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["provider"];
    if (it !== "github-actions" && it !== "gitlab-ci" && it !== "jenkins" && it !== "buildkite")
      return "provider: none of github-actions, gitlab-ci, jenkins, buildkite";
  }
  {
    const it = value["repository"];
    if (it !== undefined) {
      if (typeof it !== "string") return "repository: no text";
    }
  }
  {
    const it = value["workflow"];
    if (it !== undefined) {
      if (typeof it !== "string") return "workflow: no text";
    }
  }
  {
    const it = value["job"];
    if (it !== undefined) {
      if (typeof it !== "string") return "job: no text";
    }
  }
  {
    const it = value["runId"];
    if (it !== undefined) {
      if (typeof it !== "string") return "runId: no text";
    }
  }
  {
    const it = value["runAttempt"];
    if (it !== undefined) {
      if (typeof it !== "string") return "runAttempt: no text";
    }
  }
  {
    const it = value["ref"];
    if (it !== undefined) {
      if (typeof it !== "string") return "ref: no text";
    }
  }
  {
    const it = value["sha"];
    if (it !== undefined) {
      if (typeof it !== "string") return "sha: no text";
    }
  }
  {
    const it = value["actor"];
    if (it !== undefined) {
      if (typeof it !== "string") return "actor: no text";
    }
  }
  return undefined;
}

function inEventGuardStarted(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["runId"];
    if (typeof it !== "string") return "runId: no text";
  }
  {
    const it = value["version"];
    if (typeof it !== "string") return "version: no text";
  }
  {
    const it = value["command"];
    if (!Array.isArray(it)) return "command: no list";
    for (const item of it) {
      if (typeof item !== "string") return "command[]: no text";
    }
  }
  {
    const it = value["scope"];
    if (it !== "command" && it !== "pod" && it !== "host")
      return "scope: none of command, pod, host";
  }
  {
    const it = value["mode"];
    if (!isObject(it)) return "mode: no object";
    {
      const fault = inMode(it);
      if (fault !== undefined) return `mode.${fault}`;
    }
  }
  {
    const it = value["enforcement"];
    if (it !== undefined) {
      if (!isObject(it)) return "enforcement: no object";
      {
        const fault = inEnforcement(it);
        if (fault !== undefined) return `enforcement.${fault}`;
      }
    }
  }
  {
    const it = value["lockdown"];
    if (it !== undefined) {
      if (!isObject(it)) return "lockdown: no object";
      {
        const fault = inLockdown(it);
        if (fault !== undefined) return `lockdown.${fault}`;
      }
    }
  }
  {
    const it = value["egress"];
    if (it !== undefined) {
      if (!isObject(it)) return "egress: no object";
      {
        const fault = inEgress(it);
        if (fault !== undefined) return `egress.${fault}`;
      }
    }
  }
  {
    const it = value["sensors"];
    if (!Array.isArray(it)) return "sensors: no list";
    for (const item of it) {
      if (!isObject(item)) return "sensors[]: no object";
      {
        const fault = inSensor(item);
        if (fault !== undefined) return `sensors[].${fault}`;
      }
    }
  }
  {
    const it = value["ci"];
    if (it !== undefined) {
      if (!isObject(it)) return "ci: no object";
      {
        const fault = inCi(it);
        if (fault !== undefined) return `ci.${fault}`;
      }
    }
  }
  return undefined;
}

function inEventGuardStopped(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["runId"];
    if (typeof it !== "string") return "runId: no text";
  }
  {
    const it = value["exitCode"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "exitCode: no whole number";
    }
  }
  {
    const it = value["signal"];
    if (it !== null) {
      if (typeof it !== "string") return "signal: no text";
    }
  }
  {
    const it = value["sensors"];
    if (!Array.isArray(it)) return "sensors: no list";
    for (const item of it) {
      if (!isObject(item)) return "sensors[]: no object";
      {
        const fault = inSensor(item);
        if (fault !== undefined) return `sensors[].${fault}`;
      }
    }
  }
  return undefined;
}

function inEventHeartbeat(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["sensors"];
    if (!Array.isArray(it)) return "sensors: no list";
    for (const item of it) {
      if (!isObject(item)) return "sensors[]: no object";
      {
        const fault = inSensor(item);
        if (fault !== undefined) return `sensors[].${fault}`;
      }
    }
  }
  return undefined;
}

function inEventEventsDropped(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["sensor"];
    if (it !== "kernel" && it !== "proc" && it !== "host" && it !== "log" && it !== "stream")
      return "sensor: none of kernel, proc, host, log, stream";
  }
  {
    const it = value["reason"];
    if (typeof it !== "string") return "reason: no text";
  }
  {
    const it = value["eventKind"];
    if (it !== undefined) {
      if (typeof it !== "string") return "eventKind: no text";
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  return undefined;
}

function inStdin(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["type"];
    if (
      it !== "terminal" &&
      it !== "file" &&
      it !== "pipe" &&
      it !== "socket" &&
      it !== "device" &&
      it !== "closed" &&
      it !== "other"
    )
      return "type: none of terminal, file, pipe, socket, device, closed, other";
  }
  {
    const it = value["inode"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "inode: no whole number from 0 up";
    }
  }
  {
    const it = value["family"];
    if (it !== undefined) {
      if (it !== "ipv4" && it !== "ipv6" && it !== "unix" && it !== "other")
        return "family: none of ipv4, ipv6, unix, other";
    }
  }
  {
    const it = value["connected"];
    if (it !== undefined) {
      if (typeof it !== "boolean") return "connected: neither true nor false";
    }
  }
  return undefined;
}

function inStep(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["job"];
    if (it !== undefined) {
      if (typeof it !== "string") return "job: no text";
    }
  }
  {
    const it = value["step"];
    if (typeof it !== "string") return "step: no text";
  }
  {
    const it = value["action"];
    if (it !== undefined) {
      if (typeof it !== "string") return "action: no text";
    }
  }
  return undefined;
}

function inEventProcessStarted(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "process: no text of the form that it has to have";
  }
  {
    const it = value["parent"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "parent: no text of the form that it has to have";
    }
  }
  {
    const it = value["pid"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "pid: no whole number above 0";
  }
  {
    const it = value["executed"];
    if (typeof it !== "boolean") return "executed: neither true nor false";
  }
  {
    const it = value["executable"];
    if (typeof it !== "string") return "executable: no text";
  }
  {
    const it = value["args"];
    if (!Array.isArray(it)) return "args: no list";
    for (const item of it) {
      if (typeof item !== "string") return "args[]: no text";
    }
  }
  {
    const it = value["argsTruncated"];
    if (typeof it !== "boolean") return "argsTruncated: neither true nor false";
  }
  {
    const it = value["script"];
    if (it !== undefined) {
      if (typeof it !== "string") return "script: no text";
    }
  }
  {
    const it = value["workingDirectory"];
    if (it !== null) {
      if (typeof it !== "string") return "workingDirectory: no text";
    }
  }
  {
    const it = value["userId"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "userId: no whole number from 0 up";
    }
  }
  {
    const it = value["groupId"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "groupId: no whole number from 0 up";
    }
  }
  {
    const it = value["image"];
    if (it !== null) {
      if (it !== "file" && it !== "memfd" && it !== "deleted")
        return "image: none of file, memfd, deleted";
    }
  }
  {
    const it = value["cgroup"];
    if (it !== undefined) {
      if (typeof it !== "string") return "cgroup: no text";
    }
  }
  {
    const it = value["stdin"];
    if (it !== undefined) {
      if (!isObject(it)) return "stdin: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stdin.${fault}`;
      }
    }
  }
  {
    const it = value["stdout"];
    if (it !== undefined) {
      if (!isObject(it)) return "stdout: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stdout.${fault}`;
      }
    }
  }
  {
    const it = value["stderr"];
    if (it !== undefined) {
      if (!isObject(it)) return "stderr: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stderr.${fault}`;
      }
    }
  }
  {
    const it = value["preload"];
    if (it !== undefined) {
      if (!isObject(it)) return "preload: no object";
      for (const [name, one] of Object.entries(it)) {
        if (name !== "LD_PRELOAD" && name !== "LD_AUDIT")
          return "preload: a member that is none of LD_PRELOAD, LD_AUDIT";
        if (typeof one !== "string") return "preload.*: no text";
      }
    }
  }
  {
    const it = value["step"];
    if (it !== undefined) {
      if (!isObject(it)) return "step: no object";
      {
        const fault = inStep(it);
        if (fault !== undefined) return `step.${fault}`;
      }
    }
  }
  return undefined;
}

function inEventProcessExited(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "process: no text of the form that it has to have";
  }
  {
    const it = value["exitCode"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "exitCode: no whole number";
    }
  }
  {
    const it = value["signal"];
    if (it !== null) {
      if (typeof it !== "string") return "signal: no text";
    }
  }
  return undefined;
}

function inNetwork(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["transport"];
    if (
      it !== "tcp" &&
      it !== "udp" &&
      it !== "icmp" &&
      it !== "raw" &&
      it !== "packet" &&
      it !== "unix" &&
      it !== "other"
    )
      return "transport: none of tcp, udp, icmp, raw, packet, unix, other";
  }
  {
    const it = value["family"];
    if (it !== "ipv4" && it !== "ipv6" && it !== "unix" && it !== "packet")
      return "family: none of ipv4, ipv6, unix, packet";
  }
  return undefined;
}

function inDestination(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["ip"];
    if (it !== undefined) {
      if (typeof it !== "string") return "ip: no text";
    }
  }
  {
    const it = value["port"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0 || it > 65535)
        return "port: no whole number from 0 to 65535";
    }
  }
  {
    const it = value["domain"];
    if (it !== undefined) {
      if (typeof it !== "string") return "domain: no text";
    }
  }
  {
    const it = value["path"];
    if (it !== undefined) {
      if (typeof it !== "string") return "path: no text";
    }
  }
  return undefined;
}

function inEventConnection(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  {
    const it = value["network"];
    if (!isObject(it)) return "network: no object";
    {
      const fault = inNetwork(it);
      if (fault !== undefined) return `network.${fault}`;
    }
  }
  {
    const it = value["destination"];
    if (!isObject(it)) return "destination: no object";
    {
      const fault = inDestination(it);
      if (fault !== undefined) return `destination.${fault}`;
    }
  }
  {
    const it = value["verdict"];
    if (it !== "allowed" && it !== "blocked" && it !== "would-block")
      return "verdict: none of allowed, blocked, would-block";
  }
  {
    const it = value["rule"];
    if (typeof it !== "string") return "rule: no text";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["results"];
    if (!isObject(it)) return "results: no object";
    for (const [name, one] of Object.entries(it)) {
      if (
        name !== "established" &&
        name !== "refused" &&
        name !== "timed-out" &&
        name !== "unreachable" &&
        name !== "denied" &&
        name !== "in-progress" &&
        name !== "abandoned" &&
        name !== "failed"
      )
        return "results: a member that is none of established, refused, timed-out, unreachable, denied, in-progress, abandoned, failed";
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "results.*: no whole number from 0 up";
    }
  }
  {
    const it = value["bytesSent"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "bytesSent: no whole number from 0 up";
  }
  {
    const it = value["bytesReceived"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "bytesReceived: no whole number from 0 up";
  }
  {
    const it = value["packetsRefused"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "packetsRefused: no whole number from 0 up";
    }
  }
  return undefined;
}

function inEventDnsQuery(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  {
    const it = value["name"];
    if (typeof it !== "string") return "name: no text";
  }
  {
    const it = value["type"];
    if (typeof it !== "string") return "type: no text";
  }
  {
    const it = value["verdict"];
    if (it !== "allowed" && it !== "blocked" && it !== "would-block")
      return "verdict: none of allowed, blocked, would-block";
  }
  {
    const it = value["rule"];
    if (it !== undefined) {
      if (typeof it !== "string") return "rule: no text";
    }
  }
  {
    const it = value["answers"];
    if (!Array.isArray(it)) return "answers: no list";
    for (const item of it) {
      if (typeof item !== "string") return "answers[]: no text";
    }
  }
  {
    const it = value["failure"];
    if (it !== undefined) {
      if (typeof it !== "string") return "failure: no text";
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inEventFileWritten(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  {
    const it = value["path"];
    if (typeof it !== "string") return "path: no text";
  }
  {
    const it = value["operation"];
    if (it !== "create" && it !== "write" && it !== "rename" && it !== "delete" && it !== "chmod")
      return "operation: none of create, write, rename, delete, chmod";
  }
  {
    const it = value["originalPath"];
    if (it !== undefined) {
      if (typeof it !== "string") return "originalPath: no text";
    }
  }
  {
    const it = value["mode"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "mode: no whole number";
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inEventFileRead(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "process: no text of the form that it has to have";
  }
  {
    const it = value["path"];
    if (typeof it !== "string") return "path: no text";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inTarget(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["pid"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "pid: no whole number from 0 up";
  }
  {
    const it = value["process"];
    if (it !== undefined) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inEventMemoryAccess(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "process: no text of the form that it has to have";
  }
  {
    const it = value["method"];
    if (
      it !== "proc-mem" &&
      it !== "proc-maps" &&
      it !== "proc-environ" &&
      it !== "proc-map-files" &&
      it !== "ptrace" &&
      it !== "process-vm-readv" &&
      it !== "process-vm-writev" &&
      it !== "pidfd-getfd"
    )
      return "method: none of proc-mem, proc-maps, proc-environ, proc-map-files, ptrace, process-vm-readv, process-vm-writev, pidfd-getfd";
  }
  {
    const it = value["target"];
    if (!isObject(it)) return "target: no object";
    {
      const fault = inTarget(it);
      if (fault !== undefined) return `target.${fault}`;
    }
  }
  {
    const it = value["succeeded"];
    if (typeof it !== "boolean") return "succeeded: neither true nor false";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inEventPrivilegedOperation(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["process"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "process: no text of the form that it has to have";
  }
  {
    const it = value["operation"];
    if (
      it !== "setns" &&
      it !== "unshare" &&
      it !== "mount" &&
      it !== "unmount" &&
      it !== "pivot-root" &&
      it !== "chroot" &&
      it !== "module-load" &&
      it !== "bpf" &&
      it !== "raw-socket" &&
      it !== "packet-socket" &&
      it !== "signal-guard" &&
      it !== "socket-outside-cgroup" &&
      it !== "tunnel-device" &&
      it !== "netfilter-socket"
    )
      return "operation: none of setns, unshare, mount, unmount, pivot-root, chroot, module-load, bpf, raw-socket, packet-socket, signal-guard, socket-outside-cgroup, tunnel-device, netfilter-socket";
  }
  {
    const it = value["detail"];
    if (typeof it !== "string") return "detail: no text";
  }
  {
    const it = value["succeeded"];
    if (typeof it !== "boolean") return "succeeded: neither true nor false";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inRule(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["name"];
    if (typeof it !== "string") return "name: no text";
  }
  return undefined;
}

function inEventFinding(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["rule"];
    if (!isObject(it)) return "rule: no object";
    {
      const fault = inRule(it);
      if (fault !== undefined) return `rule.${fault}`;
    }
  }
  {
    const it = value["severity"];
    if (it !== "info" && it !== "low" && it !== "medium" && it !== "high" && it !== "critical")
      return "severity: none of info, low, medium, high, critical";
  }
  {
    const it = value["technique"];
    if (it !== undefined) {
      if (typeof it !== "string") return "technique: no text";
    }
  }
  {
    const it = value["process"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  {
    const it = value["message"];
    if (typeof it !== "string") return "message: no text";
  }
  {
    const it = value["evidence"];
    if (!isObject(it)) return "evidence: no object";
  }
  {
    const it = value["response"];
    if (
      it !== "report" &&
      it !== "kill-process" &&
      it !== "kill-job" &&
      it !== "quarantine-pod" &&
      it !== "kill-pod"
    )
      return "response: none of report, kill-process, kill-job, quarantine-pod, kill-pod";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inEventSecretFound(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["rule"];
    if (typeof it !== "string") return "rule: no text";
  }
  {
    const it = value["fingerprint"];
    if (typeof it !== "string") return "fingerprint: no text";
  }
  {
    const it = value["where"];
    if (typeof it !== "string") return "where: no text";
  }
  {
    const it = value["encodings"];
    if (!Array.isArray(it)) return "encodings: no list";
    for (const item of it) {
      if (typeof item !== "string") return "encodings[]: no text";
    }
  }
  {
    const it = value["confidence"];
    if (it !== "certain" && it !== "likely") return "confidence: none of certain, likely";
  }
  {
    const it = value["line"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
        return "line: no whole number above 0";
    }
  }
  {
    const it = value["source"];
    if (it !== undefined) {
      if (typeof it !== "string") return "source: no text";
    }
  }
  {
    const it = value["step"];
    if (it !== undefined) {
      if (!isObject(it)) return "step: no object";
      {
        const fault = inStep(it);
        if (fault !== undefined) return `step.${fault}`;
      }
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inEventResourceSample(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["cpuPercent"];
    if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
      return "cpuPercent: no number from 0 up";
  }
  {
    const it = value["memoryUsedBytes"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "memoryUsedBytes: no whole number from 0 up";
  }
  {
    const it = value["memoryTotalBytes"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "memoryTotalBytes: no whole number from 0 up";
  }
  {
    const it = value["diskReadBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "diskReadBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["diskWriteBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "diskWriteBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["networkReceiveBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "networkReceiveBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["networkTransmitBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "networkTransmitBytesPerSecond: no number from 0 up";
    }
  }
  return undefined;
}

function inCheck(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["severity"];
    if (it !== "info" && it !== "low" && it !== "medium" && it !== "high" && it !== "critical")
      return "severity: none of info, low, medium, high, critical";
  }
  {
    const it = value["status"];
    if (it !== "passed" && it !== "failed" && it !== "unknown" && it !== "not-applicable")
      return "status: none of passed, failed, unknown, not-applicable";
  }
  {
    const it = value["message"];
    if (typeof it !== "string") return "message: no text";
  }
  return undefined;
}

function inEventPosture(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["seq"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "seq: no whole number above 0";
  }
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["score"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0 || it > 100)
      return "score: no whole number from 0 to 100";
  }
  {
    const it = value["checks"];
    if (!Array.isArray(it)) return "checks: no list";
    for (const item of it) {
      if (!isObject(item)) return "checks[]: no object";
      {
        const fault = inCheck(item);
        if (fault !== undefined) return `checks[].${fault}`;
      }
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
