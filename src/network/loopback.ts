/** Whether a URL's host name (IPv6 in brackets) is this machine itself: 127.0.0.0/8, ::1, localhost (RFC 6761, 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/**
 * Whether the address is plain http to another machine, or may be: many systems ask the network's name server for what stands
 * before `.localhost`.
 */
export function isUnencryptedRemote(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && (!isLoopbackHost(hostname) || hostname.endsWith('.localhost'));
}
