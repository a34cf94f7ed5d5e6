import { hash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { OpenedSession } from './admission/browser-sessions.ts';

/* eslint-disable house/sentences -- HTML and HTTP, in which the sentences for people are put. */

/**
 * The browser keeps the fragment, which is where MLflow's links say what they are of; the ticket does not stay in its history.
 * The address is changed first: from one that differs in the fragment alone, a browser would load nothing.
 */
const script =
  `const { hash } = location; history.replaceState(null, '', '?');` +
  'location.replace(document.documentElement.dataset.to + hash)';

/**
 * Gives the browser its cookie, and leads it on to the UI. Not a redirect: where a page of another origin has opened this one, as
 * the editor in a browser does, the browser would leave the cookie out (`SameSite=Strict`).
 */
export function openingPage({ cookieName, cookieValue }: OpenedSession, basePath: string): Buffer {
  const cookie = `Set-Cookie: ${cookieName}=${cookieValue}; Path=/; HttpOnly; SameSite=Strict\r\n`;
  return leadingPage(`${basePath}/`, cookie);
}

/** Leads the browser to this path, from a page of this origin. */
export function leadingPage(path: string, fields = ''): Buffer {
  const page =
    `<!doctype html><html data-to="${escaped(path)}"><meta charset="utf-8"><title>MLflow</title>` +
    `<script>${script}</script></html>`;
  return pageBytes('200 OK', page, fields);
}

export function spentTicketPage(): Buffer {
  return sentencePage(
    l10n.t('This link was opened before, or is too old. Run "MLflow: Open MLflow" in VS Code for a new one.'),
  );
}

export function endedPage(): Buffer {
  return sentencePage(l10n.t('This page has ended. Run "MLflow: Open MLflow" in VS Code to open it again.'));
}

function sentencePage(sentence: string): Buffer {
  const page = `<!doctype html><meta charset="utf-8"><title>MLflow</title><p>${escaped(sentence)}</p>`;
  return pageBytes('403 Forbidden', page);
}

const policy = `default-src 'none'; script-src 'sha256-${hash('sha256', script, 'base64')}'; frame-ancestors 'none'`;

function pageBytes(status: string, page: string, fields = ''): Buffer {
  const body = Buffer.from(page);
  const head =
    `HTTP/1.1 ${status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${body.length}\r\n${fields}` +
    `Content-Security-Policy: ${policy}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n` +
    'X-Content-Type-Options: nosniff\r\n\r\n';
  return Buffer.concat([Buffer.from(head), body]);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
