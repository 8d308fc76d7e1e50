/** The small shapes that events, policy and report share. */
import { z } from "zod";

import { SEVERITIES } from "./severities.ts";

/** RFC 3339 in UTC with microseconds: `2026-01-31T12:00:00.000001Z`. */
export const timestampSchema = z.iso.datetime({ precision: 6 });

/**
 * Names one process for the length of a run; two processes never share one, also when the kernel reuses the pid. Of 32 bits the pid,
 * and of 64 bits, to the base of 36, when it started.
 */
export const PROCESS_ID = /^\d{1,10}-[0-9a-z]{1,13}$/;
export const processIdSchema = z.string().regex(PROCESS_ID);

export const transportSchema = z.enum(["tcp", "udp", "icmp", "raw", "packet", "unix", "other"]);
export type Transport = z.infer<typeof transportSchema>;

export const familySchema = z.enum(["ipv4", "ipv6", "unix", "packet"]);
export type Family = z.infer<typeof familySchema>;

/** `would-block`: policy forbids it, and the guard only audits. */
export const verdictSchema = z.enum(["allowed", "blocked", "would-block"]);
export type Verdict = z.infer<typeof verdictSchema>;

export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

export const responseSchema = z.enum([
  "report",
  "kill-process",
  "kill-job",
  "quarantine-pod",
  "kill-pod",
]);
export type Response = z.infer<typeof responseSchema>;

/** What a guard watches: a command with its descendants, a pod (its pid namespace and those below), or the whole machine. */
export const guardScopeSchema = z.enum(["command", "pod", "host"]);
export type GuardScope = z.infer<typeof guardScopeSchema>;

export const enforcementModeSchema = z.enum(["audit", "block"]);
export type EnforcementMode = z.infer<typeof enforcementModeSchema>;

/** Who is asked for names: only what `allow` lists gets an answer, or every name does. */
export const dnsPolicySchema = z.enum(["allowed-names", "any"]);
export type DnsPolicy = z.infer<typeof dnsPolicySchema>;

/** Whether the name in a TLS handshake is held against policy. */
export const sniPolicySchema = z.enum(["off", "verify"]);
export type SniPolicy = z.infer<typeof sniPolicySchema>;

/** `block (names only)`: names are refused, and a connection to an address goes unhindered. */
export const effectiveModeSchema = z.enum([...enforcementModeSchema.options, "block (names only)"]);
export type EffectiveMode = z.infer<typeof effectiveModeSchema>;

/** What was asked for, what is in force, and why the two differ where they do. */
export const modeSchema = z.object({
  requested: enforcementModeSchema,
  effective: effectiveModeSchema,
  reasons: z.array(z.string()),
});
export type Mode = z.infer<typeof modeSchema>;

/** Destinations that the guard allows of itself, because the runner cannot do without them. */
export const builtInSetSchema = z.object({
  id: z.string(),
  /** The day on which the list was compared with its source. */
  asOf: z.iso.date(),
  reason: z.string(),
  destinations: z.array(z.string()),
});
export type BuiltInSet = z.infer<typeof builtInSetSchema>;

/** What stands between the job and the network. */
export const enforcementSchema = z.object({
  /** `nftables`: names and packets; `dns`: names alone; `none`: verdicts are given and nothing is refused. */
  mechanism: z.enum(["nftables", "dns", "none"]),
  /** Why it is not more, or what it leaves open. */
  reason: z.string().optional(),
  builtIn: z.array(builtInSetSchema),
});
export type Enforcement = z.infer<typeof enforcementSchema>;

export const sensorNameSchema = z.enum(["kernel", "proc", "host", "log"]);
export type SensorName = z.infer<typeof sensorNameSchema>;

export const sensorStatusSchema = z.object({
  name: sensorNameSchema,
  status: z.enum(["active", "degraded", "unavailable"]),
  /** Why it is not `active`, or what an active sensor cannot see; absent when there is nothing to say. */
  reason: z.string().optional(),
  eventsSeen: z.int().nonnegative(),
  eventsDropped: z.int().nonnegative(),
});
export type SensorStatus = z.infer<typeof sensorStatusSchema>;

/** What a descriptor is connected to; `inode` tells which pipe or socket, so that two ends can be matched. */
export const descriptorSchema = z.object({
  type: z.enum(["terminal", "file", "pipe", "socket", "device", "closed", "other"]),
  inode: z.int().nonnegative().optional(),
  /** Of a socket: what it speaks. */
  family: z.enum(["ipv4", "ipv6", "unix", "other"]).optional(),
  /** Of a socket: it has a peer. */
  connected: z.boolean().optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

/** `not-held`: it was asked for, and is not in force as a whole; reasons say why. */
export const lockdownStatusSchema = z.enum(["allowed", "disabled", "not-held"]);
export type LockdownStatus = z.infer<typeof lockdownStatusSchema>;

/** What of the ways to root, and to containers, was taken from the job. */
export const lockdownSchema = z.object({
  sudo: lockdownStatusSchema,
  containers: lockdownStatusSchema,
  /** Why something is not held; where all is, what stays open beside that. */
  reasons: z.array(z.string()),
});
export type Lockdown = z.infer<typeof lockdownSchema>;
