import * as l10n from '@vscode/l10n';
import { completedUri, parseTrackingUri } from '../../configuration/tracking-uri.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { labels } from '../labels.ts';
import type { FoundServer } from '../project-findings.ts';
import { askChoice, askText } from './multi-step-input.ts';
import type { Objection, Step, StepPosition, StepResult } from './multi-step-input.ts';
import { anotherServer, anotherServerChoice, mapped, warning, withSetting } from './step-kit.ts';
import type { WizardAnswers, WizardStep } from './step-kit.ts';
import { Sources } from './source-choices.ts';
import type { StoreView } from './store-view.ts';

export interface ServerStepsHost {
  /** Calls the address to see what is there. */
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** A server that the project names, where the settings name none. */
  readonly suggested: FoundServer | undefined;
  readonly store: StoreView;
}

/** Asks for the address, and what is there. */
export function trackingUriStep({ checkTrackingServer, suggested }: ServerStepsHost): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    let found: WizardAnswers['found'];
    const check = async (uri: string): Promise<Objection | undefined> => {
      const result = await checkTrackingServer(uri);
      found = result.kind === 'found' ? result : undefined;
      switch (result.kind) {
        case 'found':
          return result.warning === undefined ? undefined : warning(result.warning);
        case 'invalid':
          return { severity: 'error', message: result.message };
        case 'doubtful':
          return warning(result.message);
      }
    };
    const result = await askText({
      ...position,
      prompt:
        suggested === undefined || ![undefined, addressOf(suggested)].includes(answers.settings.trackingUri)
          ? labels.trackingUriPrompt()
          : l10n.t('{0} (found in {1})', labels.trackingUriPrompt(), suggested.from),
      example: 'https://mlflow.company.com',
      value: answers.settings.trackingUri ?? suggested?.uri ?? '',
      check: async (text) => check(completedUri(text)),
    });
    return mapped(result, (text) => ({ ...withSetting(answers, 'trackingUri', completedUri(text)), found }));
  };
  return Object.assign(step, { setting: 'trackingUri' } as const);
}

/** Asks where the credential comes from. */
export function sourceStep(store: StoreView): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    const question = labels.whichSource();
    const sources = await Sources.of(answers, store);
    const found = answers.found?.message;
    const { choices, active } = sources;
    const result = await askChoice({ ...position, question, found, late: sources }, choices, active);
    return mapped(result, (chosen) => sources.take(chosen, answers));
  };
  return Object.assign(step, { setting: 'provider' } as const);
}

/**
 * One question where the project names the server: where its credential comes from. It is looked at once it is chosen;
 * with another one, or where nothing is known to be there, the address is asked for, and then the source.
 */
export function serverAndSourceStep(host: ServerStepsHost, suggested: FoundServer): WizardStep {
  const uri = addressOf(suggested);
  return async (answers, position) => {
    // A store is asked for its secrets once all else of the connection is known.
    const known = withSetting(answers, 'trackingUri', uri);
    const sources = await Sources.of(known, host.store, [anotherServerChoice()]);
    const take = sources.take.bind(sources);
    for (;;) {
      let check: ServerCheck | undefined;
      const result = await askChoice(
        {
          ...position,
          title: labels.connectTo(uri),
          question: labels.whichSource(),
          found: l10n.t('Tracking server found in {0}', suggested.from),
          whenChosen: async (value) => {
            if (value !== anotherServer) check = await host.checkTrackingServer(uri);
          },
          late: sources,
        },
        sources.choices,
        sources.active,
      );
      if (result.kind !== 'value') return result.kind === 'skip' ? result : { kind: result.kind };
      const { value: chosen } = result;
      if (chosen !== anotherServer && isThere(check)) {
        return { kind: 'value', value: { ...take(chosen, known), found: check } };
      }
      const both = await askBoth(host, known, {
        ...position,
        take: chosen === anotherServer ? undefined : (address) => take(chosen, address),
        objection: check?.message,
      });
      if (both.kind !== 'back') return both;
    }
  };
}

/** Without the page that it may be of. */
export function addressOf({ uri }: FoundServer): string {
  const completed = completedUri(uri);
  const parsed = parseTrackingUri(completed);
  return parsed.kind === 'ok' ? parsed.server.origin + parsed.server.basePath : completed;
}

export function isThere(check: ServerCheck | undefined): check is Extract<ServerCheck, { kind: 'found' }> {
  return check?.kind === 'found' && check.warning === undefined;
}

/** The address, and the source where none was chosen. */
async function askBoth(
  host: ServerStepsHost,
  answers: WizardAnswers,
  {
    take,
    ...place
  }: StepPosition & {
    readonly take: ((address: WizardAnswers) => WizardAnswers) | undefined;
  },
): Promise<StepResult<WizardAnswers>> {
  const position = { ...place, hasBack: true };
  let known = answers;
  for (;;) {
    const address = await trackingUriStep(host)(known, position);
    if (address.kind !== 'value') return address;
    if (take !== undefined) return { kind: 'value', value: take(address.value) };
    const source = await sourceStep(host.store)(address.value, { ...position, objection: undefined });
    // The address is kept.
    if (source.kind === 'cancel') return { kind: 'cancel', typed: address.value };
    if (source.kind !== 'back') return source;
    known = address.value;
  }
}
