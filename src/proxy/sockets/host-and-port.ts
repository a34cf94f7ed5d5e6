export interface HostAndPort {
  /** As a socket takes it: an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What a URL of the scheme http or https leads to. */
export function hostAndPort({ hostname, port, protocol }: URL): HostAndPort {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
