import { inertLine, inertProse, markdownCode } from '../inert.ts';
import { redactShapes } from './redact.ts';
import type { Cell, Report, Section } from './report.ts';

/** Of one cell; a list of hosts may be long. */
const maxCellLength = 1000;

/** The report as Markdown. Every text passes `redact` and the search for what looks like a secret. */
export function toMarkdown(report: Report, redact: (text: string) => string): string {
  const clean = (text: string): string => redactShapes(redact(text));
  const render = (cell: Cell): string =>
    typeof cell === 'string' ? escaped(clean(cell)) : asCode(clean(cell.code));
  const parts = [`# ${report.title}`, escaped(report.checked), escaped(clean(report.summary))];
  for (const section of report.sections) parts.push(`## ${section.heading}`, table(section, render));
  return `${parts.join('\n\n')}\n`;
}

function table({ columns, rows }: Section, render: (cell: Cell) => string): string {
  const lines = [columns.map(escaped), columns.map(() => '---'), ...rows.map((row) => row.map(render))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Settings can come from somebody else, so what they hold is text and no markup: no links, no pictures. */
function escaped(text: string): string {
  return inertProse(text, maxCellLength);
}

function asCode(text: string): string {
  return markdownCode(inertLine(text, maxCellLength));
}
