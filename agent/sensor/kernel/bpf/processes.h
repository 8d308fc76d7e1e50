/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Who starts, what it runs, how it ends. */
#pragma once

#include "environment.h"
#include "reverse-shells.h"

#include <bpf/bpf_tracing.h>

#define ARGS_MAX 8192
#define SIGCHLD 17
#define EEXIST 17
#define SIGNAL_GROUP_EXIT 4    /* include/linux/sched/signal.h */
#define TMPFS_MAGIC 0x01021994
#define HUGETLBFS_MAGIC 0x958458f6
#define TCP_ESTABLISHED 1 /* include/net/tcp_states.h; datagram and Unix sockets that are connected have it too */

#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000

static __always_inline void emit_privileged(struct task_struct *task, u32 operation, u64 first, u64 second)
{
	struct privileged_record record = {};

	fill_header(&record.header, RECORD_PRIVILEGED, task);
	record.operation = operation;
	record.arguments[0] = first;
	record.arguments[1] = second;
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
}

/* The pod may be entered by a child of somebody outside. */
static __always_inline bool is_birth_told(struct task_struct *parent, struct task_struct *child)
{
	return in_scope(parent) || (settings.scope == SCOPE_POD && in_scope(child) && !is_helper_of_guard(child));
}

static __always_inline u64 new_namespaces(struct task_struct *parent, struct task_struct *child)
{
	struct nsproxy *before = BPF_CORE_READ(parent, nsproxy);
	struct nsproxy *after = BPF_CORE_READ(child, nsproxy);
	u64 flags = 0;

	if (BPF_CORE_READ(parent, cred, user_ns) != BPF_CORE_READ(child, cred, user_ns))
		flags |= CLONE_NEWUSER;
	if (before == after)
		return flags;
	if (BPF_CORE_READ(before, mnt_ns) != BPF_CORE_READ(after, mnt_ns))
		flags |= CLONE_NEWNS;
	if (BPF_CORE_READ(before, uts_ns) != BPF_CORE_READ(after, uts_ns))
		flags |= CLONE_NEWUTS;
	if (BPF_CORE_READ(before, ipc_ns) != BPF_CORE_READ(after, ipc_ns))
		flags |= CLONE_NEWIPC;
	if (BPF_CORE_READ(before, net_ns) != BPF_CORE_READ(after, net_ns))
		flags |= CLONE_NEWNET;
	if (BPF_CORE_READ(before, cgroup_ns) != BPF_CORE_READ(after, cgroup_ns))
		flags |= CLONE_NEWCGROUP;
	if (BPF_CORE_READ(before, pid_ns_for_children) != BPF_CORE_READ(after, pid_ns_for_children))
		flags |= CLONE_NEWPID;
	return flags;
}

/* Descendants are followed here, in the kernel, so that neither a double fork nor a process that lives a moment escapes. */
static __always_inline void track(struct task_struct *parent, u32 child_tgid)
{
	u32 parent_tgid = BPF_CORE_READ(parent, tgid);
	u8 present = 1;

	if (settings.scope == SCOPE_POD)
		return;
	if (settings.scope == SCOPE_HOST && !bpf_map_lookup_elem(&tracked, &parent_tgid) && !is_runner(parent))
		return;
	if (bpf_map_update_elem(&tracked, &child_tgid, &present, BPF_ANY) != 0)
		count(&shared.counters.untracked);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	u32 child_tgid = BPF_CORE_READ(child, tgid);
	struct fork_record record = {};
	u64 namespaces;

	if (child_tgid == BPF_CORE_READ(parent, tgid)) /* a thread */
		return 0;
	if (shared.phase == PHASE_ARMED && is_guard(parent))
		shared.phase = PHASE_WATCHING;
	else if (!is_birth_told(parent, child))
		return 0;
	track(parent, child_tgid);

	fill_header(&record.header, RECORD_FORK, child);
	record.parent_pid = visible_pid(BPF_CORE_READ(parent, group_leader));
	record.parent_start = start_ticks(BPF_CORE_READ(parent, group_leader));
	emit(&record, sizeof(record), RECORD_FORK);

	namespaces = new_namespaces(parent, child);
	if (namespaces)
		emit_privileged(child, PRIVILEGED_UNSHARE, namespaces, 0);
	return 0;
}

/* The file of a socket has no device, so its place tells what it speaks. */
static __always_inline u32 describe_socket(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sock = BPF_CORE_READ(socket, sk);
	u32 family = BPF_CORE_READ(sock, __sk_common.skc_family);

	return BPF_CORE_READ(sock, __sk_common.skc_state) == TCP_ESTABLISHED ? family | SOCKET_CONNECTED : family;
}

static __always_inline void describe(struct descriptor *descriptor, struct file *file)
{
	struct inode *inode;

	if (!file)
		return;
	inode = BPF_CORE_READ(file, f_inode);
	descriptor->mode = BPF_CORE_READ(inode, i_mode);
	descriptor->device = (descriptor->mode & S_IFMT) == S_IFSOCK ? describe_socket(file)
								     : BPF_CORE_READ(inode, i_rdev);
	descriptor->inode = BPF_CORE_READ(inode, i_ino);
}

static __always_inline u16 image_flags(struct file *executable)
{
	struct inode *inode = BPF_CORE_READ(executable, f_inode);
	struct dentry *dentry = BPF_CORE_READ(executable, f_path.dentry);
	u16 flags = 0;

	if (BPF_CORE_READ(inode, i_nlink) == 0)
		flags |= EXEC_DELETED;
	/* memfd_create() gives a file on an internal mount that no directory holds (mm/memfd.c). */
	if (dentry == BPF_CORE_READ(dentry, d_parent)) {
		unsigned long magic = BPF_CORE_READ(inode, i_sb, s_magic);

		if (magic == TMPFS_MAGIC || magic == HUGETLBFS_MAGIC)
			flags |= EXEC_MEMFD;
	}
	return flags;
}

static __always_inline u64 cgroup_of_current(void)
{
	return bpf_get_current_cgroup_id();
}

static __always_inline bool is_name_forbidden(const void *name)
{
	struct program_name key = {};

	return bpf_probe_read_kernel_str(key.name, sizeof(key.name), name) > 1 &&
	       bpf_map_lookup_elem(&forbidden_programs, &key);
}

/* By the file that runs, whatever it was called as: that is what its finding is about. */
static __always_inline bool is_program_forbidden(struct scratch_slot *slot, u32 path_length)
{
	struct task_struct *task = current_task();

	return is_name_forbidden(BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_name.name)) ||
	       is_path_forbidden(slot->index, sizeof(struct exec_record), path_length) & PATH_RUN;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
	struct scratch_slot *slot;
	struct exec_record *record;
	struct task_struct *parent;
	struct mm_struct *mm;
	struct file *executable;
	struct fs_struct *directories;
	struct path directory;
	const char *filename, *interpreter;
	u64 args_start, args_size, environment;
	u32 used, length;

	if (!in_scope(task) || is_helper_of_guard(task))
		return 0;
	slot = begin_record(RECORD_EXEC, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct exec_record *)slot->record;
	parent = BPF_CORE_READ(task, group_leader, real_parent, group_leader);
	record->parent_pid = visible_pid(parent);
	record->parent_start = start_ticks(parent);
	record->cgroup = cgroup_of_current();
	record->user_id = BPF_CORE_READ(task, cred, uid.val);
	record->group_id = BPF_CORE_READ(task, cred, gid.val);
	describe(&record->descriptors[0], file_at(task, 0));
	describe(&record->descriptors[1], file_at(task, 1));
	describe(&record->descriptors[2], file_at(task, 2));

	mm = BPF_CORE_READ(task, mm);
	executable = BPF_CORE_READ(mm, exe_file);
	record->header.flags = image_flags(executable);
	record->executable_length = append_file_path(slot, executable);
	directories = BPF_CORE_READ(task, fs);
	bpf_core_read(&directory, sizeof(directory), &directories->pwd);
	record->directory_length = append_path(slot, &directory);

	/* They are the same pointer unless the kernel went from a script to its interpreter (fs/exec.c). */
	filename = BPF_CORE_READ(binprm, filename);
	interpreter = BPF_CORE_READ(binprm, interp);
	if (filename != interpreter)
		record->script_length = append_kernel_string(slot, filename);
	if (settings.forbids_programs && is_of_job(task) && is_program_forbidden(slot, record->executable_length)) {
		stop_current();
		record->header.flags |= RECORD_KILLED;
	}

	args_start = BPF_CORE_READ(mm, arg_start);
	args_size = BPF_CORE_READ(mm, arg_end) - args_start;
	record->args_total = args_size;
	if (args_size > ARGS_MAX) {
		args_size = ARGS_MAX;
		record->header.flags |= EXEC_ARGS_TRUNCATED;
	}
	used = slot->used & (RECORD_MAX - 1);
	length = args_size;
	forget(length);
	if (length > ARGS_MAX)
		length = ARGS_MAX;
	if (bpf_probe_read_user(&slot->record[used], length, (void *)args_start) == 0) {
		slot->used = used + length;
		record->args_length = length;
	} else {
		record->header.flags |= EXEC_ARGS_UNREADABLE;
	}

	if (settings.stops_reverse_shells && filename == interpreter && is_of_network(&record->descriptors[0]) &&
	    is_of_network(&record->descriptors[1]) && is_of_job(task) &&
	    reads_commands(slot->index, args_start, BPF_CORE_READ(mm, arg_end))) {
		stop_current();
		record->header.flags |= RECORD_KILLED | EXEC_REVERSE_SHELL;
	}

	environment = append_environment(slot->index, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
	record->environment_length = environment & 0xffff;
	if (environment & 1U << 31)
		record->header.flags |= EXEC_ENVIRONMENT_TRUNCATED;

	emit_slot(slot, RECORD_EXEC);
	return 0;
}

/* Of two threads that end at once, both may see that no other one lives. Only the first one is the last. */
static __always_inline bool is_first_to_tell(struct task_struct *task, u32 tgid)
{
	struct ended_process process = {};
	u8 present = 1;

	if (settings.scope == SCOPE_COMMAND)
		return bpf_map_delete_elem(&tracked, &tgid) == 0 || shared.phase == PHASE_CANARY;
	if (settings.scope == SCOPE_HOST)
		bpf_map_delete_elem(&tracked, &tgid);
	process.start = BPF_CORE_READ(task, group_leader, start_boottime);
	process.tgid = tgid;
	return bpf_map_update_elem(&ended, &process, &present, BPF_NOEXIST) != -EEXIST;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct exit_record record = {};

	/* Counted down before this tracepoint (kernel/exit.c): zero means that no thread is left. */
	if (BPF_CORE_READ(signal, live.counter) != 0)
		return 0;
	if (!in_scope(task) || is_helper_of_guard(task) || !is_first_to_tell(task, tgid))
		return 0;

	fill_header(&record.header, RECORD_EXIT, task);
	record.status = BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT
				? BPF_CORE_READ(signal, group_exit_code)
				: BPF_CORE_READ(task, group_leader, exit_code);
	emit(&record, sizeof(record), RECORD_EXIT);
	return 0;
}

static __always_inline bool is_stop(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* Only signals that a process sends on purpose: not the kernel's own, nor that a child has ended. */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int signal, void *info, struct task_struct *target)
{
	struct task_struct *task = current_task();

	if (signal == SIGCHLD || BPF_CORE_READ(target, tgid) != shared.guard_tgid)
		return 0;
	/* Also one to a process group, and that of PTRACE_ATTACH, which is the kernel's own. */
	if (is_stop(signal) && settings.stops_guard_attackers && is_of_job(task))
		guard_goes_on = true;
	if ((u64)info <= 1)
		return 0;
	if (shared.phase != PHASE_CANARY && BPF_CORE_READ(task, tgid) == shared.guard_tgid)
		return 0;
	if (!in_scope(task) || flag_of_stopped(task)) /* the start of the call has told of it */
		return 0;
	emit_privileged(task, PRIVILEGED_SIGNAL_GUARD, signal, 0);
	return 0;
}

/*
 * A guard that stands still sees nothing, and whoever stopped it need not live on. The signal has been taken, and the guard stops
 * when this returns; what this sends comes right after, and has it go on (kernel/signal.c, prepare_signal).
 */
SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signal_taken, int signal)
{
	if (guard_goes_on && is_stop(signal) && BPF_CORE_READ(current_task(), tgid) == shared.guard_tgid)
		bpf_send_signal(SIGCONT);
	return 0;
}
