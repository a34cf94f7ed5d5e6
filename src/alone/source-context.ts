import type { Clock, SourceContext } from '../providers/source.ts';
import type { HeldPlan } from './keep-plan.ts';

/** What this process lends to a secret source: nobody is there who could be asked, or see a browser. */
export function sourceContext(plan: HeldPlan, clock: Clock, log: (line: string) => void): SourceContext {
  const { bootstrap, signIn, homeFolder, certificates } = plan;
  return {
    ...{ bootstrap, homeFolder, clock, log },
    signInStorage: signIn,
    environment: plan.surroundings().environment,
    isHttpProxySet: () => plan.surroundings().httpProxy.proxy !== '',
    random: Math.random,
    ...certificates,
    openExternal: async () => Promise.resolve(false),
    microsoftToken: async () => Promise.resolve(undefined),
  };
}
