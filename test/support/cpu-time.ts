/** Milliseconds of the processor that work takes. The clock on the wall also counts what others do on a busy machine. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
