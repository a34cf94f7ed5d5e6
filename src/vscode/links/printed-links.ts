import type { LinkedServer } from './linked-server.ts';

export interface PrintedLink {
  readonly start: number;
  readonly length: number;
  /** The same page at the tracking server. */
  readonly address: string;
  /** Of the UI: a fragment, or nothing for its first page. */
  readonly page: string;
}

/** Nothing that MLflow prints is longer; a bound for what is searched and opened. */
const maxLinkLength = 2000;
export const maxTextLength = 100_000;

/** A word of its own: what stands within another address is part of that one. */
const addresses =
  /(?<![^\s"'`<>()[\]{}|])(https?:\/\/(?:\[[\da-f:.]{2,45}\](?::\d+)?|[^\s"'`<>()[\]{}|/?#\\@]{1,260}))([^\s"'`<>]*)/gi;
const closings = /(?<![.,:;!?)\]}|…])[.,:;!?)\]}|…]+$/;
/** The page of MLflow's UI, which its address has as the fragment (https://www.rfc-editor.org/rfc/rfc3986#section-3.5). */
const fragment = /^#\/[\w\-.~!$&()*+,;=:@/?%]*$/;

/**
 * Links that MLflow prints to the UI or a page in it, with the address of the local proxy (`View run … at:
 * http://127.0.0.1:PORT/#/experiments/…`) or, where code names it, of the tracking server, which may not let a browser in.
 * Whatever a text says, each leads to the tracking server, below its base path.
 */
export function printedLinks(text: string, server: LinkedServer): readonly PrintedLink[] {
  return [...text.slice(0, maxTextLength).matchAll(addresses)].flatMap((match) => {
    const [whole, named = '', rest = ''] = match;
    const closed = rest === '' ? named.replace(closings, '') : named;
    if (!isServer(closed, server)) return [];
    const place = rest.replace(closings, '');
    const { origin, basePath } = server.tracking;
    const page = pageOf(place, basePath);
    const length = whole.length - named.length - rest.length + closed.length + place.length;
    if (page === undefined || length > maxLinkLength) return [];
    return [{ start: match.index, length, page, address: `${origin}${basePath}/${page}` }];
  });
}

function isServer(address: string, { port, tracking }: LinkedServer): boolean {
  if (!URL.canParse(address)) return false;
  const { origin } = new URL(address);
  return (
    origin === tracking.origin || [`http://127.0.0.1:${port}`, `http://localhost:${port}`].includes(origin)
  );
}

function pageOf(place: string, basePath: string): string | undefined {
  if (!place.startsWith(basePath)) return undefined;
  const page = place.slice(basePath.length).replace(/^\//, '');
  return page === '' || isPage(page) ? page : undefined;
}

/** Whether a text is a page of MLflow's UI, and nothing else. */
export function isPage(text: string): boolean {
  return text.length <= maxLinkLength && fragment.test(text);
}
