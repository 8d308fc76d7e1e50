/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Ending a process of the job's for what it does, and whom it must not reach. */
#pragma once

#include "ancestors.h"
#include "scratch.h"

#define SIGKILL 9
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define CAP_SYS_PTRACE 19

static __always_inline bool is_tracked(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	return settings.scope == SCOPE_COMMAND && bpf_map_lookup_elem(&tracked, &tgid) != NULL;
}

/* Ends the whole process before it runs another instruction. */
static __always_inline void stop_current(void)
{
	bpf_send_signal(SIGKILL);
}

__noinline int leads_runner(u64 address)
{
	struct task_struct *leader = (struct task_struct *)address;
	struct process_key key = {};

	key.start = start_ticks(leader);
	key.pid = visible_pid(leader);
	return bpf_map_lookup_elem(&runner_processes, &key) != NULL;
}

static __always_inline bool is_runner(struct task_struct *task)
{
	return leads_runner((u64)BPF_CORE_READ(task, group_leader));
}

/*
 * A machine has more on it than the runner, such as scanners that look into every process: there the job is what the runner
 * has started since. In a pod it is whatever is neither runner nor guard.
 */
static __always_inline bool is_of_job(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (shared.phase == PHASE_CANARY || tgid == shared.guard_tgid)
		return false;
	if (settings.scope != SCOPE_POD)
		return bpf_map_lookup_elem(&tracked, &tgid) != NULL;
	return in_scope(task) && !is_runner(task) && !is_helper_of_guard(task);
}

/* Of the processes that are not the job's those that have something the job must not get at: secrets, or the right to end the guard. */
static __always_inline bool is_protected(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (tgid == shared.guard_tgid)
		return settings.stops_memory_readers || settings.stops_guard_attackers;
	if (settings.stops_guard_attackers && tgid != BPF_CORE_READ(current_task(), tgid) && is_ancestor(task))
		return true;
	if (!settings.stops_memory_readers)
		return false;
	if (settings.scope == SCOPE_COMMAND)
		return bpf_map_lookup_elem(&tracked, &tgid) == NULL;
	return is_runner(task);
}

/* That the current task reaches into `target` is its end. */
static __always_inline bool is_reach_forbidden(struct task_struct *target)
{
	if (!settings.stops_memory_readers && !settings.stops_guard_attackers)
		return false;
	return is_of_job(current_task()) && is_protected(target);
}

/* What the kernel would refuse anyway is no reason to end a process: some look at all that there are. */
static __always_inline bool may_reach(struct task_struct *task, struct task_struct *target)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	u32 capabilities = 0;

	bpf_core_read(&capabilities, sizeof(capabilities), &cred->cap_effective);
	return capabilities & 1U << CAP_SYS_PTRACE || BPF_CORE_READ(cred, uid.val) == BPF_CORE_READ(target, cred, uid.val);
}

/* What of PATH_… is forbidden of the path that is in the slot's record. Uses slot->name. */
__noinline int is_path_forbidden(u32 index, u32 start, u32 length)
{
	struct scratch_slot *slot = slot_at(index);
	u8 *value;

	if (!slot || length >= sizeof(struct file_path))
		return 0;
	__builtin_memset(slot->name, 0, sizeof(struct file_path));
	forget(length);
	length &= sizeof(struct file_path) - 1;
	bpf_probe_read_kernel(slot->name, length, &slot->record[start & (RECORD_MAX - 1)]);
	value = bpf_map_lookup_elem(&forbidden_paths, slot->name);
	return value ? *value : 0;
}

/* At the start of a call: its end tells that it was stopped. */
static __always_inline void stop_thread(struct task_struct *task)
{
	u64 thread = BPF_CORE_READ(task, start_boottime);
	u8 present = 1;

	stop_current();
	bpf_map_update_elem(&stopped_threads, &thread, &present, BPF_ANY);
}

/* Its threads, and the hooks that each of them passes, may find out the same. */
static __always_inline bool is_first_to_tell_of_reach(struct task_struct *task)
{
	u64 process = BPF_CORE_READ(task, group_leader, start_boottime);
	u8 present = 1;

	return bpf_map_update_elem(&told_reachers, &process, &present, BPF_NOEXIST) == 0;
}

static __always_inline u32 flag_of_stopped(struct task_struct *task)
{
	u64 thread = BPF_CORE_READ(task, start_boottime);

	if (!settings.stops_memory_readers && !settings.stops_guard_attackers)
		return 0;
	return bpf_map_lookup_elem(&stopped_threads, &thread) ? RECORD_KILLED : 0;
}
