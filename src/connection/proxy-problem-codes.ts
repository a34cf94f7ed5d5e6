import type { ProblemTable } from '../mending.ts';

/** What is wrong with the local proxy. */
export const proxyProblems = {
  /** Another program uses the port of `mlflowSecretsAuth.proxy.port`. */
  portTaken: ['machine', 'settings'],
  /** The local proxy could not listen on 127.0.0.1. */
  listen: ['machine', 'settings'],
  /** The local proxy stopped several times within a minute. */
  lost: ['machine'],
  /** A local proxy that was to be ended does not respond, as when it is suspended. */
  silent: ['machine'],
  /** No tracking server is connected. */
  notConnected: ['signIn'],
  /** VS Code did not finish connecting while the request waited. */
  connecting: ['waiting', 'machine'],
  /** The request has no session token. */
  noToken: ['client'],
  /** The session token is not valid or was revoked. */
  wrongToken: ['client'],
  /** A request for another server has the session token in its address, a header or the address of its HTTP proxy. */
  tokenElsewhere: ['client'],
  /** The program runs on another machine, or in another container, than the window that its environment is of. */
  otherMachine: ['client'],
  /** The request names another host than this proxy. */
  host: ['client'],
  /** A web page sent the request. */
  otherOrigin: ['client'],
  /** The request was forwarded from somewhere else. */
  forwarded: ['client'],
  /** A program of another user sent the request. */
  otherUser: ['client'],
  /** The program was started for another tracking server than the one that is connected now. */
  otherServer: ['client'],
  /** The path of the request is outside the tracking server that is connected. */
  outsideBasePath: ['client'],
  /** Too many connections to the local proxy are open. */
  tooManyConnections: ['waiting', 'client'],
  /** The request is not one of HTTP/1.1 that is understood in one way only. */
  malformedRequest: ['client'],
  /** The headers of the request did not arrive in time. */
  headTimeout: ['client'],
} as const satisfies ProblemTable;
