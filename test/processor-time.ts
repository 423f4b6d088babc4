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
