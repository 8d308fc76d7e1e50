/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Memory that is read by a file whose name did not say so, or that somebody else has opened. For each read and write of such a file
 * procfs takes a page (fs/proc/base.c, mem_rw), after it has looked the descriptor up and before it looks at the memory: that is where
 * whoever does it is ended. Nobody else is asked more than what kind of page he takes.
 */
#pragma once

#include "system-calls.h"

#define PF_IO_WORKER 0x10
#define MAY_START_IO 0xc0      /* include/linux/gfp_types.h: IO and FS, which a process can do without */
#define WAITS_FOR_PAGES 0xc00  /* GFP_KERNEL without these */

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

	if (order != 0 || (flags & ~MAY_START_IO) != WAITS_FOR_PAGES)
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
