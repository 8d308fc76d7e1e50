/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * At the start of a system call: ends whoever begins what is forbidden, before it is done. The call itself goes on, but it gets
 * nothing out of another process: the kernel reads no page of one for a caller that is being killed (mm/gup.c,
 * __get_user_pages), whichever of its threads asks. A signal that was asked for is sent all the same.
 */
#pragma once

#include "memory-paths.h"
#include "system-calls.h"

#define SIGHUP 1
#define SIGINT 2
#define SIGTERM 15
#define SIGURG 23
#define SIGWINCH 28

static __always_inline void on_socket_start(u32 action, const u64 *arguments, struct task_struct *task)
{
	u32 family = arguments[0];

	if (action == SOCKETCALL) {
		if (family != SYS_SOCKET)
			return;
		bpf_probe_read_user(&family, sizeof(family), (void *)arguments[1]);
	}
	if (is_refused_family(task, family) && may_make_raw_sockets(task))
		stop_current();
}

/* Whom it reaches into; NULL where nobody. */
static __always_inline struct task_struct *reached_by(u32 action, const u64 *arguments, struct task_struct *task)
{
	struct named_path path = { .directory = AT_FDCWD, .name = arguments[0] };
	struct file *file;

	switch (action) {
	case PTRACE:
		if (arguments[0] != PTRACE_ATTACH && arguments[0] != PTRACE_SEIZE)
			return NULL;
		return (struct task_struct *)task_with_number(arguments[1]);
	case VM_READ:
	case VM_WRITE:
		return (struct task_struct *)task_with_number(arguments[0]);
	case PIDFD_GETFD:
		file = file_at(task, arguments[0]);
		return file ? process_of_pidfd(file) : NULL;
	case OPENAT:
	case OPENAT2:
		path.directory = arguments[0];
		path.name = arguments[1];
		break;
	}
	return (struct task_struct *)owner_of_memory_path(&path);
}

static __always_inline bool is_reach(u32 action, const u64 *arguments, struct task_struct *task)
{
	struct task_struct *target = reached_by(action, arguments, task);

	return target && is_protected(target) && may_reach(task, target);
}

/*
 * What is no attack on the guard: asking whether it is there, news, and, where the guard passes it on to the command, the wish
 * that it may end.
 */
static __always_inline bool is_harmless(u32 signal)
{
	switch (signal) {
	case 0:
	case SIGCHLD:
	case SIGCONT:
	case SIGURG:
	case SIGWINCH:
		return true;
	case SIGHUP:
	case SIGINT:
	case SIGTERM:
		return settings.scope == SCOPE_COMMAND;
	}
	return false;
}

/* A signal to a process group is not aimed at the guard, though it may be in it: scripts end with `kill 0`. */
static __always_inline void on_signal_start(u32 action, const u64 *arguments, struct task_struct *task)
{
	struct privileged_record record = {};
	struct task_struct *target = NULL;
	u32 signal = arguments[action == TGKILL ? 2 : 1];
	u32 number = arguments[action == TGKILL ? 1 : 0];
	struct file *file;

	if (is_harmless(signal))
		return;
	if (action == PIDFD_SIGNAL) {
		file = file_at(task, arguments[0]);
		target = file ? process_of_pidfd(file) : NULL;
	} else if ((s32)number > 0) {
		target = (struct task_struct *)task_with_number(number);
	}
	if (!target || BPF_CORE_READ(target, tgid) != shared.guard_tgid || is_ancestor(task))
		return;
	stop_thread(task);
	fill_header(&record.header, RECORD_PRIVILEGED, task);
	record.header.flags = RECORD_KILLED;
	record.operation = PRIVILEGED_SIGNAL_GUARD;
	record.arguments[0] = signal;
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_system_call_start, struct pt_regs *regs, long number)
{
	struct task_struct *task = current_task();
	u32 action = action_of(number, task);
	u64 arguments[5];

	if (memory_is_open && is_use_of_file(number) && is_of_job(task)) {
		read_arguments(regs, task, arguments);
		on_file_in_use(file_at(task, arguments[0]));
	}
	switch (action) {
	case SOCKET:
	case SOCKETCALL:
		if (!settings.refuses_packet_sockets)
			return 0;
		read_arguments(regs, task, arguments);
		on_socket_start(action, arguments, task);
		return 0;
	case OPEN:
	case OPENAT:
	case OPENAT2:
	case PTRACE:
	case VM_READ:
	case VM_WRITE:
	case PIDFD_GETFD:
		if (!(settings.stops_memory_readers || settings.stops_guard_attackers) || !is_of_job(task))
			return 0;
		read_arguments(regs, task, arguments);
		if (is_reach(action, arguments, task))
			stop_thread(task);
		return 0;
	case KILL:
	case TKILL:
	case TGKILL:
	case PIDFD_SIGNAL:
		if (shared.phase == PHASE_CANARY && is_guard(task)) /* it asks for itself once, so that it is seen here */
			remember_ancestors(task);
		if (!settings.stops_guard_attackers || !is_of_job(task))
			return 0;
		read_arguments(regs, task, arguments);
		on_signal_start(action, arguments, task);
		return 0;
	}
	return 0;
}
