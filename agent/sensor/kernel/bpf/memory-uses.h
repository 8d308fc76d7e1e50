/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Memory that is read by a file whose name did not say so, or that somebody else has opened. For each read and write of such a file
 * procfs takes a page (fs/proc/base.c, mem_rw), after it has looked the descriptor up and before it looks at the memory: that is where
 * whoever does it is ended. Nobody else is asked more than what kind of page he takes.
 */
#pragma once

#include "system-calls.h"

#define PF_IO_WORKER 0x10
#define IO_URING_ENTER 426 /* on every architecture */
/* include/linux/gfp_types.h: HIGHMEM, MOVABLE, ZERO, COMP. What else is asked for depends on memory policies and cpusets. */
#define FOR_OTHERS (0x2 | 0x8 | 0x100 | 0x40000)

static __always_inline void *worker_of(struct task_struct *task)
{
	struct task_struct___older *older = (void *)task;

	if (bpf_core_field_exists(task->worker_private))
		return BPF_CORE_READ(task, worker_private);
	return bpf_core_field_exists(older->pf_io_worker) ? BPF_CORE_READ(older, pf_io_worker) : NULL;
}

/* Of the request that a worker of io_uring's is at. */
static __always_inline struct file *file_of_request(struct task_struct *task)
{
	struct io_worker *worker = worker_of(task);
	struct io_wq_work *work = worker ? BPF_CORE_READ(worker, cur_work) : NULL;
	struct io_kiocb *request;

	if (!work)
		return NULL;
	request = (void *)work - bpf_core_field_offset(struct io_kiocb, work);
	return BPF_CORE_READ(request, file);
}

SEC("tp_btf/mm_page_alloc")
int BPF_PROG(on_page_taken, void *page, unsigned int order, unsigned int flags)
{
	struct task_struct *task;
	u64 arguments[5];

	if (order != 0 || flags & FOR_OTHERS)
		return 0;
	task = current_task();
	if (!is_of_job(task))
		return 0;
	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER) {
		on_file_in_use(file_of_request(task));
		return 0;
	}
	read_arguments((struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf()), task, arguments);
	on_file_in_use(file_at(task, arguments[0]));
	return 0;
}

/* The name says no more than what it is: the request that reads it is not at hand. */
__noinline int emit_memory_use(u64 process)
{
	struct task_struct *target = (struct task_struct *)process;
	struct scratch_slot *slot = begin_record(RECORD_MEMORY, sizeof(struct memory_record));
	struct memory_record *record;

	if (!slot)
		return 0;
	record = (struct memory_record *)slot->record;
	record->header.flags = RECORD_KILLED;
	record->method = MEMORY_PROC;
	record->target_pid = visible_pid(BPF_CORE_READ(target, group_leader));
	record->target_start = start_ticks(BPF_CORE_READ(target, group_leader));
	record->path_length = 3;
	__builtin_memcpy(&slot->record[sizeof(*record)], "mem", 3);
	slot->used = sizeof(*record) + 3;
	emit_slot(slot, RECORD_MEMORY);
	return 0;
}

static __always_inline bool is_in_io_uring(struct task_struct *task)
{
	struct pt_regs *regs;

	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER)
		return true;
	regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return (number_of(regs) & (SYSCALLS - 1)) == IO_URING_ENTER;
}

/*
 * io_uring reads what was opened with O_NONBLOCK at once, in the call that submits it, which does not name the file. But it locks the
 * memory that it reads, and nobody looks at others by io_uring for an honest reason.
 */
SEC("tp_btf/mmap_lock_start_locking")
int BPF_PROG(on_memory_locked, struct mm_struct *memory)
{
	struct task_struct *task = current_task();
	struct task_struct *target;

	if (memory == BPF_CORE_READ(task, mm) || !bpf_core_field_exists(memory->owner))
		return 0;
	if (!is_of_job(task) || !is_in_io_uring(task))
		return 0;
	target = BPF_CORE_READ(memory, owner);
	if (!target || !is_protected(target))
		return 0;
	memory_is_open = true;
	stop_current();
	if (is_first_to_tell_of_reach(task))
		emit_memory_use((u64)target);
	return 0;
}
