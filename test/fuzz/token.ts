/** The session token of every fuzzed proxy. Part of committed cases, so that lengths in them hold. */
export const token = 'canary-fuzz-session-token-0123456789abcdef';
