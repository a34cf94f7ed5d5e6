/** What only a window that attaches to a proxy's process needs, or that finds somebody else at its port: a bundle of its own, which is loaded when the first does. */
export { allControlPlaces, controlPlace } from './control-place.ts';
export { describeListener } from './describe-listener.ts';
export { endEarlierProcess } from './end-earlier-process.ts';
export { endLeftProxy, endProxiesOf } from './end-left-proxy.ts';
export { holdPort } from './hold-port.ts';
export { keptConnections } from './kept-connections.ts';
export { ProxyProcess } from './proxy-process.ts';
export { planOf, takeOver } from './keeping.ts';
