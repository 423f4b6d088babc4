import { readFileSync } from 'node:fs';

/** Processor time of this thread so far, milliseconds. What other processes take of the machine is not in it. */
export function processorMs(): number {
  // Node 22 tells it of the whole process only.
  const perThread = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage;
  const { user, system } = perThread?.() ?? process.cpuUsage();
  return (user + system) / 1_000;
}

/** What this work costs: unlike the time on the wall, the same on a busy machine. */
export function costMs(work: () => void): number {
  const before = processorMs();
  work();
  return processorMs() - before;
}

/**
 * How long a process was ready to run and had no processor, milliseconds since it began, by the account of the kernel
 * (`schedstat` in proc(5)). One that sleeps or is stopped does not wait. 0 where there is no such account.
 */
export function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${String(pid)}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * A clock, milliseconds, that stands still while this process is ready to run and has no processor: for what this process
 * promises to do within a time, on a machine that has other things to do. Where the kernel keeps no account it never stands.
 */
export function ownNowMs(): number {
  return performance.now() - waitedMs(process.pid);
}

/** Processor time of another process so far, all of its threads, milliseconds; to a hundredth of a second (`stat` in proc(5)). */
export function processorMsOf(pid: number): number {
  const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${String(pid)}/stat`, 'latin1')) ?? [];
  const [user = '', system = ''] = fields.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
