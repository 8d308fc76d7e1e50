/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Reaching into other processes, and changing the ground that all of them stand on. */
#pragma once

#include "files.h"

#define EBADF 9
#define PIDFS_MAGIC 0x50494446

__noinline int emit_memory_call(u32 method, u32 target, s32 result)
{
	struct memory_record record = {};
	struct task_struct *task = current_task();

	if (target == own_pid(task)) /* unwinders and crash handlers read their own memory like this */
		return 0;
	fill_header(&record.header, RECORD_MEMORY, task);
	record.header.flags = flag_of_stopped(task);
	record.method = method;
	record.target_pid = target;
	record.result = result;
	emit(&record, sizeof(record), RECORD_MEMORY);
	return 0;
}

/* Whose a pidfd is. It says so in a file system of its own since Linux 6.9 (fs/pidfs.c), before in the file. */
static __always_inline struct task_struct *process_of_pidfd(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct pid *pid = BPF_CORE_READ(inode, i_sb, s_magic) == PIDFS_MAGIC ? BPF_CORE_READ(inode, i_private)
									     : BPF_CORE_READ(file, private_data);

	return task_of_pid(pid);
}

/* A descriptor taken from another process is a way to what it holds open, and takes the right to trace it. */
__noinline int emit_descriptor_taken(u32 descriptor, s32 result)
{
	struct task_struct *task = current_task();
	struct file *file = file_at(task, descriptor);
	struct task_struct *target = file && result != -EBADF ? process_of_pidfd(file) : NULL;
	struct memory_record record = {};

	if (target && BPF_CORE_READ(target, tgid) == BPF_CORE_READ(task, tgid))
		return 0;
	fill_header(&record.header, RECORD_MEMORY, task);
	record.header.flags = flag_of_stopped(task);
	record.method = MEMORY_TAKE_DESCRIPTOR;
	record.result = result;
	if (target) {
		record.target_pid = visible_pid(BPF_CORE_READ(target, group_leader));
		record.target_start = start_ticks(BPF_CORE_READ(target, group_leader));
	}
	emit(&record, sizeof(record), RECORD_MEMORY);
	return 0;
}

__noinline int emit_privileged_path(u32 operation, u64 name, s32 result)
{
	struct scratch_slot *slot;
	struct privileged_record *record;

	slot = begin_record(RECORD_PRIVILEGED, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct privileged_record *)slot->record;
	record->operation = operation;
	record->result = result;
	record->path_length = name ? append_user_string(slot, name) : 0;
	emit_slot(slot, RECORD_PRIVILEGED);
	return 0;
}

__noinline int emit_privileged_call(u32 operation, u64 first, s32 result)
{
	struct privileged_record record = {};

	fill_header(&record.header, RECORD_PRIVILEGED, current_task());
	record.operation = operation;
	record.arguments[0] = first;
	record.result = result;
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
	return 0;
}
