/** What a process of the job's is ended for. */
export type Refused = "packet sockets" | "memory" | "signals";

/** Every program in guard.bpf.c: where it is attached, and what is not seen when a kernel refuses it. */
interface ProgramDescription {
  readonly name: string;
  readonly attachesTo: "tracepoint" | "cgroup";
  readonly shows: string;
  /** Without it the sensor does not know whom it watches. */
  readonly essential?: true;
  /** Another program sees the same in another way, so nothing is lost. */
  readonly refinement?: true;
  /** It refuses and shows nothing, and is left out where none of these is asked for: it costs every system call. */
  readonly refuses?: readonly Refused[];
}

export const PROGRAMS: readonly ProgramDescription[] = [
  { name: "on_fork", attachesTo: "tracepoint", shows: "process starts", essential: true },
  { name: "on_exec", attachesTo: "tracepoint", shows: "programs executed", essential: true },
  { name: "on_exit", attachesTo: "tracepoint", shows: "process ends", essential: true },
  { name: "on_signal", attachesTo: "tracepoint", shows: "signals sent to the guard" },
  {
    name: "on_signal_taken",
    attachesTo: "tracepoint",
    shows: "signals that stop the guard",
    refinement: true,
    refuses: ["signals"],
  },
  {
    name: "on_system_call",
    attachesTo: "tracepoint",
    shows: "files, memory access, Unix sockets and privileged operations",
  },
  {
    name: "on_system_call_start",
    attachesTo: "tracepoint",
    shows: "packet sockets, and reaching into other processes, before they come about",
    refuses: ["packet sockets", "memory", "signals"],
  },
  {
    name: "on_page_taken",
    attachesTo: "tracepoint",
    shows: "memory of other processes as it is read",
    refinement: true,
    refuses: ["memory", "signals"],
  },
  {
    name: "on_memory_locked",
    attachesTo: "tracepoint",
    shows: "memory of other processes as io_uring reads it",
    refinement: true,
    refuses: ["memory", "signals"],
  },
  {
    name: "on_tcp_state",
    attachesTo: "tracepoint",
    shows: "how TCP connections come out and what they carry",
  },
  {
    name: "on_interrupting_tcp_state",
    attachesTo: "tracepoint",
    shows: "TCP states that change while another one does",
  },
  { name: "on_connect4", attachesTo: "cgroup", shows: "connections over IPv4" },
  { name: "on_connect6", attachesTo: "cgroup", shows: "connections over IPv6" },
  { name: "on_sendmsg4", attachesTo: "cgroup", shows: "unconnected datagrams over IPv4" },
  { name: "on_sendmsg6", attachesTo: "cgroup", shows: "unconnected datagrams over IPv6" },
  { name: "on_socket_create", attachesTo: "cgroup", shows: "raw sockets" },
  { name: "on_socket_release", attachesTo: "cgroup", shows: "when datagram sockets close" },
  { name: "on_send_length", attachesTo: "tracepoint", shows: "bytes sent over UDP" },
  { name: "on_receive_length", attachesTo: "tracepoint", shows: "bytes received over UDP" },
  { name: "on_io_uring_submit", attachesTo: "tracepoint", shows: "file operations by io_uring" },
  {
    name: "on_io_uring_complete",
    attachesTo: "tracepoint",
    shows: "results of opens by io_uring",
    refinement: true,
  },
  {
    name: "on_io_uring_overflow",
    attachesTo: "tracepoint",
    shows: "results of io_uring that overflow its queue",
    refinement: true,
  },
];

export interface RefusedProgram {
  readonly program: string;
  readonly shows: string;
  readonly reason: string;
}
