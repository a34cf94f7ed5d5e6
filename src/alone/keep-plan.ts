import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { Environment } from '../environment.ts';
import type { EditorProxySettings } from '../network/editor-proxy.ts';
import type { BootstrapName, SourceContext } from '../providers/source.ts';
import type { KeepPlan, KeptState } from '../proxy/control/control-messages.ts';
import { Secret } from '../secret.ts';
import { MemoryText } from '../secrets/memory-text.ts';
import type { TimedText } from '../secrets/memory-text.ts';
import { MemoryBootstrap } from './memory-bootstrap.ts';

/** Of what is in a plan and in what comes back; those of another version are not understood. */
const format = 1;

/** What a window hands over for the time in which there is none. Plain data, and full of secrets. */
export interface PlanParts {
  readonly configuration: ConnectionConfiguration;
  readonly homeFolder: string;
  readonly certificates: Pick<SourceContext, 'extraCertificates' | 'userCertificates'>;
  readonly httpProxy: EditorProxySettings;
  readonly environment: Environment;
  /** What the sign-in needs of what the user has entered. */
  readonly bootstrap: Readonly<Partial<Record<BootstrapName, string>>>;
  /** The last good secret, as `BoundRecordStorage` writes it. */
  readonly record: TimedText | undefined;
  /** A sign-in that needed a person. */
  readonly signIn: TimedText | undefined;
}

/** What it is now. `null`: it is gone; `undefined`: there was none. */
export interface KeptParts {
  /** Of the sign-in that all of it is for: what `bootstrapScope` makes of it. */
  readonly scope: string;
  readonly record: TimedText | null | undefined;
  readonly signIn: TimedText | null | undefined;
  /** What was entered and had to be changed for it to be used again, such as a wrapped secret ID. */
  readonly bootstrap: PlanParts['bootstrap'];
}

/** A plan in this process: what is secret in it does not print itself. */
export interface HeldPlan extends Pick<PlanParts, 'configuration' | 'homeFolder' | 'certificates'> {
  readonly surroundings: () => Pick<PlanParts, 'httpProxy' | 'environment'>;
  readonly bootstrap: MemoryBootstrap;
  readonly record: MemoryText;
  readonly signIn: MemoryText;
}

export function makePlan(parts: PlanParts): KeepPlan {
  return { format, ...parts };
}

/** Throws for a plan of another version. */
export function readPlan(plan: KeepPlan): HeldPlan {
  if (plan['format'] !== format) throw new Error('a plan of another version');
  // The window that made it has proved itself.
  const parts = plan as unknown as PlanParts;
  const { configuration, homeFolder, certificates, httpProxy, environment } = parts;
  const sealed = new Secret(JSON.stringify({ httpProxy, environment }));
  return {
    ...{ configuration, homeFolder, certificates },
    surroundings: () => JSON.parse(sealed.reveal()) as ReturnType<HeldPlan['surroundings']>,
    bootstrap: new MemoryBootstrap(parts.bootstrap),
    record: new MemoryText(undefined, parts.record),
    signIn: new MemoryText(undefined, parts.signIn),
  };
}

export function makeKeptState(parts: KeptParts): KeptState {
  return { format, ...parts };
}

/** `undefined`: of another version. */
export function readKeptState(state: KeptState): KeptParts | undefined {
  return state['format'] === format ? (state as unknown as KeptParts) : undefined;
}
