import { RecordingUpstream } from '../recording-upstream.ts';
import type { WitnessKind } from './witness.ts';

/** Node's own parser. */
export const nodeWitness: WitnessKind = {
  name: 'Node’s own server',
  start: async () => {
    const upstream = await RecordingUpstream.start();
    upstream.answer = ({ target }, response) => {
      const give = (): void => void response.setHeader('X-Target', target).end('ok');
      if (target === '/slow') setTimeout(give, 100);
      else give();
    };
    return {
      origin: upstream.origin,
      authority: upstream.authority,
      seen: async () =>
        Promise.resolve({
          requests: upstream.requests.map(({ method, target, fields, body, complete }) => ({
            method,
            target,
            fields: fields.map((field) => field.replace(/^[^:]*/, (name) => name.toLowerCase())),
            body: body.toString('latin1'),
            complete,
          })),
          errors: upstream.errors,
        }),
      forget: async () => {
        upstream.forget();
        return Promise.resolve();
      },
      stop: async () => upstream.stop(),
    };
  },
};
