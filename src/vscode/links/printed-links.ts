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
const maxTextLength = 100_000;

/** A word of its own: what stands within another address is part of that one. */
const localLinks = /(?<![^\s"'`<>()[\]{}|])http:\/\/(?:127\.0\.0\.1|localhost):(\d{1,5})(?!\d)([^\s"'`<>]*)/g;
const closings = /(?<![.,:;!?)\]}|…])[.,:;!?)\]}|…]+$/;
/** The page of MLflow's UI, which its address has as the fragment (https://www.rfc-editor.org/rfc/rfc3986#section-3.5). */
const fragment = /^#\/[\w\-.~!$&()*+,;=:@/?%]*$/;

/**
 * Links that MLflow prints with the address of the local proxy (`View run … at: http://127.0.0.1:PORT/#/experiments/…`): to
 * the UI or a page in it. Whatever a text says, each leads to the tracking server, below its base path.
 */
export function printedLinks(text: string, server: LinkedServer): readonly PrintedLink[] {
  return [...text.slice(0, maxTextLength).matchAll(localLinks)].flatMap((match) => {
    const [whole, port, rest = ''] = match;
    if (Number(port) !== server.port) return [];
    const place = rest.replace(closings, '');
    const { origin, basePath } = server.tracking;
    const page = pageOf(place, basePath);
    const length = whole.length - rest.length + place.length;
    if (page === undefined || length > maxLinkLength) return [];
    return [{ start: match.index, length, page, address: `${origin}${basePath}/${page}` }];
  });
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
