/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Who a task is, and whether it is watched. */
#pragma once

#include "state.h"

#include <bpf/bpf_core_read.h>

#define NANOSECONDS_PER_TICK 10000000ULL /* USER_HZ is 100 on every architecture Linux gives to containers */
#define MAX_NAMESPACE_DEPTH 8            /* the kernel allows 32; more than three is unheard of */

/* The number of `pid` in the namespace with inode number `namespace`; 0 where it is not visible there. */
__noinline u32 pid_in_namespace(u64 address, u32 namespace)
{
	struct pid *pid = (struct pid *)address;
	u32 level = BPF_CORE_READ(pid, level);

	for (u32 i = 0; i < MAX_NAMESPACE_DEPTH; i++) {
		struct upid numbers;

		if (i > level)
			break;
		bpf_core_read(&numbers, sizeof(numbers), &pid->numbers[i]);
		if (BPF_CORE_READ(numbers.ns, ns.inum) == namespace)
			return numbers.nr;
	}
	return 0;
}

static __always_inline u32 visible_pid(struct task_struct *leader)
{
	u32 pid = pid_in_namespace((u64)BPF_CORE_READ(leader, thread_pid), settings.guard_namespace);

	return pid ? pid : BPF_CORE_READ(leader, tgid);
}

/* Its number where it lives itself, as it passes it to system calls. */
static __always_inline u32 own_pid(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid numbers;

	bpf_core_read(&numbers, sizeof(numbers), &pid->numbers[level]);
	return numbers.nr;
}

static __always_inline u64 start_ticks(struct task_struct *leader)
{
	return BPF_CORE_READ(leader, start_boottime) / NANOSECONDS_PER_TICK;
}

static __always_inline bool is_guard(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (shared.guard_tgid)
		return tgid == shared.guard_tgid;
	if (pid_in_namespace((u64)BPF_CORE_READ(task, group_leader, thread_pid), settings.guard_namespace) != settings.guard_pid)
		return false;
	shared.guard_tgid = tgid;
	return true;
}

/*
 * What the guard has started itself, to set up the packet filter: nobody asks for news of it. That it runs and ends, and
 * finds no Unix socket, is left out, and nothing else, nor what it starts, nor what it turns itself into after its one exec (the kernel counts them since
 * the fork): whoever makes one do something else is told of. The job makes itself no child of the guard but by the death of
 * its parent, where the guard takes in orphans.
 */
__noinline int leads_helper_of_guard(u64 address)
{
	struct task_struct *leader = (struct task_struct *)address;
	struct task_struct *parent = BPF_CORE_READ(leader, real_parent);
	struct signal_struct *signal;

	if (settings.scope == SCOPE_COMMAND || settings.guard_pid == 1 || shared.phase == PHASE_CANARY)
		return false;
	if (BPF_CORE_READ(parent, tgid) != shared.guard_tgid)
		return false;
	signal = BPF_CORE_READ(parent, signal);
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
		return false;
	return BPF_CORE_READ(leader, self_exec_id) - BPF_CORE_READ(leader, parent_exec_id) <= 1;
}

/* `task` may be what a tracepoint gives, which no function of its own takes for a number. */
static __always_inline bool is_helper_of_guard(struct task_struct *task)
{
	return leads_helper_of_guard((u64)BPF_CORE_READ(task, group_leader));
}

static __always_inline bool in_scope(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (shared.phase == PHASE_CANARY) {
		if (is_guard(task))
			return true;
	} else if (tgid == shared.guard_tgid) {
		return false;
	}
	if (settings.scope == SCOPE_HOST)
		return true;
	if (settings.scope == SCOPE_POD)
		return pid_in_namespace((u64)BPF_CORE_READ(task, group_leader, thread_pid), settings.scope_namespace) != 0;
	return bpf_map_lookup_elem(&tracked, &tgid) != NULL;
}

static __always_inline void fill_header(struct record_header *header, u32 kind, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	header->kind = kind;
	header->flags = 0;
	header->pid = visible_pid(leader);
	header->time = bpf_ktime_get_ns();
	header->start = start_ticks(leader);
}

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}
