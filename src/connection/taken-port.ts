import type { Challenge } from './local-proof.ts';

/** Who listens at a port, for people. */
export async function describeTaker(port: number): Promise<string> {
  return (await import('./attach.ts')).describeListener(port);
}

/** Whether what listened there was this workspace's proxy, of which the key is lost, and has been ended. */
export async function endEarlierProxy(challenge: Challenge): Promise<boolean> {
  return (await import('./attach.ts')).endEarlierProcess(challenge);
}
