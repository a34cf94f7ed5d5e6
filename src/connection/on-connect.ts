/** What only a connection needs: a bundle of its own, which is loaded when the first one is made. */
export { readClientCertificate } from '../network/client-certificate.ts';
export { extraCertificates, serverTrust, userCertificates } from '../network/server-trust.ts';
export { MemoryText } from '../secrets/memory-text.ts';
export { openResolver } from '../secrets/open-resolver.ts';
export { parseSecret } from '../secrets/parse-secret.ts';
export { credentialCheck } from './check-credential.ts';
export { RunningConnection } from './running-connection.ts';
