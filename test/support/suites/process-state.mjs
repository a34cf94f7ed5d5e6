import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';

/** What tests share because they run in one process; a test may change it only for itself. */
export function processState() {
  return {
    ...Object.fromEntries(Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value])),
    'process.cwd()': process.cwd(),
    'dns.lookup': dns.lookup,
    'http.request': http.request,
    'https.request': https.request,
    Date,
    setTimeout,
  };
}

/** Names of what differs. */
export function changedState(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}
