import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import type { ProxyStatistics, TrafficFacts } from '../../../../src/proxy/messages.ts';
import { intervalMs } from '../../../../src/proxy/traffic.ts';
import { commands } from '../../../../src/settings/manifest.ts';
import { connectionRows } from '../../../../src/vscode/views/connection-rows.ts';
import type { ConnectionFacts } from '../../../../src/vscode/views/connection-rows.ts';
import { viewStatus } from '../../../../src/vscode/status/status-view.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';
import { connectedState, rejectedState } from '../../connection/serving-states.ts';

const now = 1_000_000 * intervalMs;
const secret = { version: '3', fetchedAt: now - 60_000, nextRefreshAt: now + 60_000 };
const problem = new Problem({
  ...{ code: 'upstream.rejected', message: 'It broke.', remedy: 'Mend it.', retry: 'afterFix' },
});
const connected = connectedState(configuration, secret, { user: 'anna', notice: undefined });

function factsIn(state: ConnectionState, more: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    ...{ state, statistics: undefined, lastDenial: undefined, plan: 'connect', now },
    ...{
      serverVersion: undefined,
      unawareTerminals: [],
      unawareKernels: 0,
      kept: [],
      servers: [],
      approved: [],
    },
    ...more,
  };
}

function traffic(facts: Partial<TrafficFacts>): ProxyStatistics {
  return {
    ...{ requests: 1, failures: 0, rejected: 0, denied: 0, openConnections: 0, lastResponseAt: now },
    ...{ medianResponseMs: undefined, p95ResponseMs: undefined },
    traffic: { interval: now / intervalMs, perInterval: [0, 4, 8], recent: [], denials: [], ...facts },
  };
}

function spoken(facts: ConnectionFacts): readonly string[] {
  return connectionRows(facts).rows.flatMap(({ label, description = '', children = [] }) => [
    `${label}|${description}`,
    ...children.map((child) => `- ${child.label}|${child.name ?? child.description ?? ''}`),
  ]);
}

describe('The view of the connection', () => {
  it('is empty where nothing is to be connected, so that it says how to connect', () => {
    assert.deepEqual(connectionRows(factsIn({ kind: 'disconnected' }, { plan: 'none' })).rows, []);
    assert.deepEqual(connectionRows(factsIn({ kind: 'disconnected' }, { plan: 'stayOff' })).rows, []);
    assert.deepEqual(connectionRows(factsIn({ kind: 'restricted' })).rows, []);
    assert.notDeepEqual(connectionRows(factsIn({ kind: 'disconnected' })).rows, []);
  });

  it('says of the state what the status bar says, without its own name, which stands above, and which MLflow it is', () => {
    const facts = factsIn(connected, { serverVersion: '3.17.2' });
    const lines = spoken(facts);
    assert.equal(lines[0], `Connected|${new URL(configuration.tracking.origin).host}`);
    const { facts: said } = viewStatus(facts);
    assert.deepEqual(
      lines.slice(1),
      [...said, ['MLflow', '3.17.2']].map(([name = '', value = '']) =>
        name === 'Tracking server' || name === 'Source' ? `- ${value}|${name}` : `- ${name}|${value}`,
      ),
      'a narrow view cuts what comes last of a long row',
    );
    assert.ok(lines.includes('- Signed in as|anna'));
  });

  it('says what happened and what to do above the rows, and offers the next steps in them', () => {
    const { rows, message } = connectionRows(factsIn(rejectedState(configuration, secret, problem)));
    assert.equal(message, 'What happened: It broke. (upstream.rejected) What to do: Mend it.');
    const steps = rows[0]?.children?.filter(({ command }) => command !== undefined);
    assert.deepEqual(
      steps?.map(({ command }) => command),
      [commands.enterCredential, commands.diagnose],
    );
    assert.ok(!JSON.stringify(rows).includes('Mend it.'));
  });

  it('shows requests as a line of bars, and the last of them in words', () => {
    const recent = [
      {
        ...{ method: 'POST', path: '/api/2.0/mlflow/runs/log-metric' },
        ...{ status: 200, count: 12, at: now - 2000 },
      },
      { method: 'GET', path: '/mlflow/api/2.0/mlflow/runs/get', status: 404, count: 1, at: now - 9000 },
      { method: 'GET', path: '/unheard/of', status: 0, count: 1, at: now - 9000 },
    ];
    const denials = [{ reason: 'no-token', count: 3, at: now - 5000 }] as const;
    const lines = spoken(factsIn(connected, { statistics: traffic({ recent, denials }) }));
    assert.deepEqual(lines.slice(lines.indexOf('Recent Requests|·▅█')), [
      'Recent Requests|·▅█',
      '- Denied|no session token (3 times) (proxy.noToken), 5 s ago',
      '- Log a metric|12 times, 2 s ago',
      '- Read a run|status 404, 9 s ago',
      '- GET /unheard/of|no response, 9 s ago',
    ]);
  });

  it('moves the bars on while nobody asks, and reads them as a number', () => {
    const later = now + 2 * intervalMs;
    const [, row] = connectionRows(
      factsIn(connected, {
        now: later,
        statistics: traffic({ denials: [{ reason: 'host', count: 1, at: now }] }),
      }),
    ).rows;
    assert.equal(row?.description, '█··');
    assert.equal(row.spoken, '8 in the last 0.75 minutes');
  });

  it('names terminals and kernels that do not know the connection, kept connections, and what was approved', () => {
    const state = connected;
    const kept = [{ folder: 'churn', origin: 'https://mlflow.company.com', detail: 'since 14:00' }];
    const lines = spoken(
      factsIn(state, { unawareTerminals: ['bash'], unawareKernels: 2, kept, approved: [['Sent in', 'X']] }),
    );
    assert.deepEqual(lines.slice(lines.indexOf('Without the Connection|3')), [
      'Without the Connection|3',
      '- bash|open a new terminal',
      '- Notebook kernels|2, restart them',
      'Kept Connections|1',
      '- churn|https://mlflow.company.com',
      'Approved|',
      '- Sent in|X',
    ]);
  });

  it('gives each row a name of its own', () => {
    const states: readonly ConnectionState[] = [
      connected,
      rejectedState(configuration, secret, problem),
      {
        kind: 'needsApproval',
        configuration,
        destination: destinationOf(configuration),
        approved: undefined,
      },
      { kind: 'failed', configuration, problem },
      { kind: 'connecting', configuration },
    ];
    for (const state of states) {
      const { rows } = connectionRows(factsIn(state, { unawareTerminals: ['bash', 'bash'] }));
      const ids = rows.flatMap(({ id, children = [] }) => [id, ...children.map((child) => child.id)]);
      assert.equal(new Set(ids).size, ids.length, state.kind);
    }
  });
});
