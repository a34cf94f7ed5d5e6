import type { Place, Provider } from './options.ts';
import type { HostKind } from '../test/support/workbench/host-kind.ts';

export interface RunReport {
  readonly id: string;
  readonly source: Place;
  readonly metricsLogged: number;
  readonly metricsExpected: number;
  readonly params: number;
  readonly artifacts: readonly string[];
}

export interface DemoReport {
  readonly ok: boolean;
  readonly provider: Provider;
  /** What stands in for the provider's store. */
  readonly store: string;
  readonly host: HostKind;
  readonly runs: readonly RunReport[];
  readonly rotated: boolean;
  /** 401s that the tracking server answered. */
  readonly unauthorized: number;
  /** Places where the password, or what leads to it, was found. */
  readonly secretFoundIn: readonly string[];
  readonly problems: readonly string[];
  readonly screenshots: string;
  readonly seconds: number;
}

const hosts = { desktop: 'desktop VS Code', server: 'VS Code server, web workbench in headless Chromium' };

/** What happened, for a person. */
export function table(report: DemoReport): string {
  const rows: [string, string][] = [
    ['editor', hosts[report.host]],
    ['password stored in', report.store],
    ...report.runs.map((run): [string, string] => [
      `${run.source} run`,
      `${run.id}: ${run.metricsLogged} of ${run.metricsExpected} metrics, ${run.params} parameters, ${run.artifacts.join(', ')}`,
    ]),
    ['password rotated', report.rotated ? 'in the middle of each run' : 'no'],
    ['401 responses', String(report.unauthorized)],
    ['password found in', report.secretFoundIn.length === 0 ? 'none of the searched files' : ''],
    ...report.secretFoundIn.map((place): [string, string] => ['', place]),
    ['screenshots', report.screenshots],
    ['time', `${report.seconds} s`],
    ...report.problems.map((problem): [string, string] => ['problem', problem]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}
