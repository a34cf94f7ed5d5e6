/** Who listens at a port, for people. */
export async function describeTaker(port: number): Promise<string> {
  return (await import('./attach.ts')).describeListener(port);
}
