import { destinationRows } from '../../configuration/destination.ts';
import { isServing } from '../../connection/state.ts';
import { keptDetail } from '../kept-connections.ts';
import { RowTree } from '../sinks/row-tree.ts';
import type { TreeContent, TreeHandle } from '../sinks/tree-view.ts';
import { terminalsBefore } from '../unaware-terminals.ts';
import { connectionRows } from './connection-rows.ts';
import type { ConnectionFacts } from './connection-rows.ts';
import { ServerVersion } from './server-version.ts';
import type { SideBarHost } from './side-bar-host.ts';
import { WhileVisible } from './while-visible.ts';

const tickMs = 1000;
/** Ages are shown in steps, so that rows that nobody changed are not drawn each second. */
const ageStepMs = 10_000;
/** Between two looks at what is not told by itself, such as other windows' connections. */
const lookMs = 10_000;

type LookedUp = Pick<ConnectionFacts, 'serverVersion' | 'unawareTerminals' | 'unawareKernels' | 'kept'>;

/** The connection of this window, as long as somebody sees the view. */
export function connectionView(host: SideBarHost, handle: TreeHandle): TreeContent {
  const tree = new RowTree(handle);
  const version = new ServerVersion(host);
  let found: LookedUp = {
    ...{ serverVersion: undefined, unawareTerminals: [], unawareKernels: 0, kept: [] },
  };
  let lookedAt = -Infinity;
  let lookedIn: string | undefined;

  async function look(): Promise<void> {
    lookedAt = performance.now();
    lookedIn = host.connection.state.kind;
    const isOpen = isServing(host.connection.state);
    const [serverVersion, terminals, unawareKernels, kept] = await Promise.all([
      isOpen ? version.current() : undefined,
      isOpen ? terminalsBefore(host.variables()) : undefined,
      isOpen ? host.kernels.unawareKernels() : 0,
      host.keptConnections(),
    ]);
    found = {
      ...{ serverVersion, unawareTerminals: terminals?.unaware ?? [], unawareKernels },
      kept: kept.map((one) => ({ folder: one.folder, origin: one.origin, detail: keptDetail(one) })),
    };
    show();
  }

  function show(): void {
    const { servers } = host.approvals;
    const facts = { ...found, ...inputOf(host), servers, approved: approvedFacts(host) };
    const { rows, message } = connectionRows(facts);
    tree.show(rows, message);
  }

  async function showAndLook(): Promise<void> {
    show();
    const isDue = performance.now() - lookedAt >= lookMs || lookedIn !== host.connection.state.kind;
    if (isDue) await look();
  }

  const visible = new WhileVisible(handle.view, tickMs, {
    run: showAndLook,
    failed: (error) => tree.showFailure(error),
  });
  show();
  return {
    children: (item) => tree.children(item),
    dispose: () => {
      visible.dispose();
      tree.dispose();
    },
  };
}

function inputOf({
  connection,
  plan,
}: SideBarHost): Omit<ConnectionFacts, keyof LookedUp | 'approved' | 'servers'> {
  const { state, status } = connection;
  const { statistics, lastDenial, wentOn } = status;
  const now = Math.floor(Date.now() / ageStepMs) * ageStepMs;
  return { state, statistics, lastDenial, wentOn, plan: plan(), now };
}

function approvedFacts({ approvals, connection: { state } }: SideBarHost): ConnectionFacts['approved'] {
  const isApproved = isServing(state) && approvals.approved !== undefined;
  return isApproved ? destinationRows(state.configuration) : [];
}
